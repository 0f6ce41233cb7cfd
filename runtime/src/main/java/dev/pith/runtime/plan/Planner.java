package dev.pith.runtime.plan;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.plan.Specializer.Specialized;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns a specialised graph into a {@link Plan} for one device. */
public final class Planner {

  private final KernelSelector selector;
  private final long alignment;

  /**
   * A planner for the device with the given choice of kernels.
   *
   * @param selector the device's choice of kernels
   * @param alignment bytes that places of values are multiples of, a power of two
   */
  public Planner(KernelSelector selector, long alignment) {
    this.selector = selector;
    this.alignment = alignment;
  }

  /** Chooses the kernels of one plan. */
  @FunctionalInterface
  public interface KernelSelector {
    /**
     * Chooses a kernel; {@link Selection#none} where none solves the problem.
     *
     * @param problem what is to be solved
     * @param operands on what, as far as it is known
     */
    Selection select(Problem problem, Operands operands);

    /**
     * Time of one run with the kernel that {@link #select} gives, measured unless it is known.
     *
     * @return nanoseconds, or −1 where this selector does not measure or found no verdict
     */
    default long time(Problem problem, Operands operands) {
      return -1;
    }

    /** Nothing more will be asked: what was learnt may be kept. */
    default void finish() {}
  }

  /**
   * The plan.
   *
   * @param specialized a complete specialisation
   * @throws NoKernelException if nodes have no kernel; it lists all of them
   */
  public Plan plan(Specialized specialized) {
    Graph graph = specialized.graph();
    Map<String, TensorType> inputs = new LinkedHashMap<>();
    graph.inputs().stream()
        .filter(input -> specialized.types().containsKey(input.name()))
        .forEach(input -> inputs.put(input.name(), specialized.types().get(input.name())));
    Set<String> needed = needed(specialized);
    List<Step> steps = new ArrayList<>();
    Map<String, String> aliases = new HashMap<>();
    for (Node node : specialized.nodes()) {
      if (node.outputs().stream().noneMatch(needed::contains)) {
        continue;
      }
      if (node.op().isView()) {
        aliases.put(node.output(0), node.input(0));
      } else {
        steps.add(step(node, specialized));
      }
    }
    checkFound(steps);
    Map<String, Tensor> known = new HashMap<>();
    for (String name : needed) {
      if (specialized.known().containsKey(name)) {
        known.put(name, specialized.known().get(name));
      }
    }
    Plan inRows =
        new Plan(
            inputs,
            List.copyOf(steps),
            aliases,
            specialized.types(),
            known,
            new MemoryPlan(Map.of(), 0),
            graph.outputNames());
    Plan open = LayoutAssignment.arrange(selector, inRows);
    selector.finish();
    MemoryPlan memory = MemoryPlan.of(lives(open), alignment);
    return new Plan(
        inputs, open.steps(), aliases, open.types(), known, memory, graph.outputNames());
  }

  private static void checkFound(List<Step> steps) {
    List<String> missing = new ArrayList<>();
    for (Step step : steps) {
      if (!step.selection().isFound()) {
        String reasons =
            step.selection().candidates().stream()
                .map(candidate -> candidate.name() + ": " + candidate.refusal())
                .collect(Collectors.joining("; "));
        missing.add(
            step.node().name()
                + " ("
                + step.node().op().name()
                + "), "
                + step.problem()
                + ": "
                + (reasons.isEmpty() ? "the device has no kernel for it" : reasons));
      }
    }
    if (!missing.isEmpty()) {
      throw new NoKernelException(
          missing.size()
              + (missing.size() == 1 ? " node has" : " nodes have")
              + " no kernel on this device; --allow-fallback lets the CPU compute them, and device"
              + " cpu runs every node\n"
              + "  "
              + String.join("\n  ", missing));
    }
  }

  private Step step(Node node, Specialized specialized) {
    NodeContext context = NodeContext.of(node, specialized.types(), specialized.known());
    List<TensorType> outputs =
        node.outputs().stream().map(name -> specialized.types().get(name)).toList();
    Problem problem = node.op().problem(context, node.op().infer(context));
    Operands operands = new Operands(context.values(), context.types(), outputs);
    Selection selection = selector.select(problem, operands);
    return new Step(node, problem, selection, context.values(), context.types(), outputs);
  }

  /** Values that the graph outputs depend on. */
  private static Set<String> needed(Specialized specialized) {
    Set<String> needed = new HashSet<>(specialized.graph().outputNames());
    List<Node> nodes = specialized.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(node.inputs());
      }
    }
    needed.remove("");
    return needed;
  }

  private static List<MemoryPlan.Life> lives(Plan plan) {
    Map<String, Integer> first = new LinkedHashMap<>();
    Map<String, Integer> last = new HashMap<>();
    Map<String, Long> bytes = new HashMap<>();
    plan.inputs()
        .forEach(
            (name, type) -> {
              first.put(name, -1);
              bytes.put(name, type.dtype().byteSize(type.shape().elementCount()));
            });
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      for (String input : step.node().inputs()) {
        last.put(plan.owner(input), i);
      }
      for (int o = 0; o < step.node().outputs().size(); o++) {
        String name = step.node().output(o);
        if (!name.isEmpty()) {
          TensorType type = step.outputs().get(o);
          first.put(name, i);
          bytes.put(name, type.dtype().byteSize(type.shape().elementCount()));
        }
      }
    }
    plan.outputs().forEach(output -> last.put(plan.owner(output), plan.steps().size()));
    List<MemoryPlan.Life> lives = new ArrayList<>();
    first.forEach(
        (name, start) ->
            lives.add(
                new MemoryPlan.Life(name, bytes.get(name), start, last.getOrDefault(name, start))));
    return lives;
  }
}

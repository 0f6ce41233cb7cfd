package dev.pith.runtime.plan;

import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Problem;
import dev.pith.kernels.quads.ArrangedProblem;
import dev.pith.kernels.quads.Arrangement;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.quads.QConvAddProblem;
import dev.pith.kernels.quads.QuadDemand;
import dev.pith.kernels.quads.QuadGrid;
import dev.pith.kernels.quads.RearrangeProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ops.Identity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which int8 activations of a plan lie in quads while it runs, so that networks stay in the
 * form that convolutions work on. Convolutions take quads wherever the device has a kernel for
 * them; other steps do where one of their inputs is in quads anyway. Where a value is wanted in the
 * other form a step that rearranges it is inserted before its first use.
 *
 * <p>A value in quads is another value of the plan, a flat tensor of bytes named after the one it
 * stands for. Its border is as wide as any reader needs; steps that want all their values to have
 * the same border share one.
 */
final class LayoutAssignment {

  private final Planner.KernelSelector selector;
  private final Plan plan;
  private final Map<Integer, QuadDemand> demands = new LinkedHashMap<>();

  /** Forms of values while steps are written. */
  private final List<Step> steps = new ArrayList<>();

  private final Map<String, TensorType> types;
  private final Set<String> inRows = new HashSet<>();
  private final Map<String, Quads> inQuads = new HashMap<>();

  private LayoutAssignment(Planner.KernelSelector selector, Plan plan) {
    this.selector = selector;
    this.plan = plan;
    this.types = new HashMap<>(plan.types());
  }

  /**
   * The plan with quads wherever they serve, and additions joined with convolutions; its memory is
   * not planned.
   *
   * @param selector the device's choice of kernels
   * @param plan a plan all of whose values lie in rows
   */
  static Plan arrange(Planner.KernelSelector selector, Plan plan) {
    LayoutAssignment apart = new LayoutAssignment(selector, plan);
    apart.choose();
    if (apart.demands.isEmpty()) {
      return plan;
    }
    LayoutAssignment together =
        new LayoutAssignment(selector, ResidualSums.join(plan, apart::isPossible));
    together.choose();
    return together.write().or(apart::write).orElseThrow();
  }

  /** Finds the steps that are to work on quads. */
  private void choose() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      Optional<QuadDemand> demand = QuadDemand.of(step.problem()).filter(d -> isPossible(step, d));
      if (demand.isEmpty()) {
        continue;
      }
      boolean serves =
          QuadDemand.isConv(step.problem())
              || step.node().inputs().subList(0, demand.get().shapes().size()).stream()
                  .anyMatch(made::contains);
      if (serves) {
        demands.put(i, demand.get());
        if (demand.get().outputInQuads()) {
          made.add(step.node().output(0));
        }
      }
    }
  }

  private boolean isPossible(Step step) {
    return QuadDemand.of(step.problem()).filter(demand -> isPossible(step, demand)).isPresent();
  }

  private boolean isPossible(Step step, QuadDemand demand) {
    for (int i = 0; i < demand.shapes().size(); i++) {
      TensorType type = step.inputs().get(i);
      boolean known = plan.known().containsKey(plan.owner(step.node().input(i)));
      if (known
          || step.constants().get(i) != null
          || !type.shape().equals(demand.shapes().get(i))) {
        return false;
      }
    }
    boolean output = step.outputs().getFirst().shape().equals(demand.output());
    return output && select(demand, step, demand.border(), demand.padding()).isPresent();
  }

  private Optional<Selection> select(QuadDemand demand, Step step, int border, int padding) {
    return select(demand.arrange(step.problem(), border, padding), step);
  }

  /** A kernel made for the arrangement; the reference, which takes any, does not count. */
  private Optional<Selection> select(ArrangedProblem problem, Step step) {
    Selection selection = selector.select(problem, operands(problem, step));
    boolean made = selection.chosen() != KernelFamilies.of((Problem) problem).reference();
    return Optional.of(selection).filter(s -> s.isFound() && made);
  }

  /** What a kernel made for the arrangement works on: flat bytes where operands lie in quads. */
  private static Operands operands(ArrangedProblem problem, Step step) {
    List<TensorType> inputs = new ArrayList<>(step.inputs());
    for (int i = 0; i < problem.inputs().size(); i++) {
      inputs.set(i, type(problem.shapes().get(i), problem.inputs().get(i)));
    }
    List<TensorType> outputs = List.of(type(problem.outputShape(), problem.output()));
    return new Operands(step.constants(), inputs, outputs);
  }

  private static TensorType type(Shape shape, Arrangement arrangement) {
    return arrangement instanceof Quads quads
        ? new TensorType(DType.U8, Shape.of(QuadGrid.of(shape, quads).byteSize()))
        : new TensorType(DType.U8, shape);
  }

  /** The plan in quads; empty where a joined step could not be arranged. */
  private Optional<Plan> write() {
    QuadBorders borders = QuadBorders.of(plan, demands);
    for (String input : plan.inputs().keySet()) {
      inRows.add(input);
    }
    inRows.addAll(plan.known().keySet());
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      Optional<Step> arranged =
          demands.containsKey(i) ? arranged(step, demands.get(i), borders) : Optional.empty();
      if (arranged.isEmpty() && step.problem() instanceof QConvAddProblem) {
        return Optional.empty();
      }
      if (arranged.isEmpty()) {
        step.node().inputs().forEach(this::needRows);
        inRows.addAll(step.node().outputs());
      }
      steps.add(arranged.orElse(step));
    }
    plan.outputs().forEach(this::needRows);
    return Optional.of(
        new Plan(
            plan.inputs(),
            List.copyOf(steps),
            plan.aliases(),
            types,
            plan.known(),
            plan.memory(),
            plan.outputs()));
  }

  /** The step on quads, its inputs rearranged; empty where no kernel takes the borders decided. */
  private Optional<Step> arranged(Step step, QuadDemand demand, QuadBorders borders) {
    List<Arrangement> inputs = new ArrayList<>();
    for (int i = 0; i < demand.shapes().size(); i++) {
      String name = step.node().input(i);
      inputs.add(inQuads.getOrDefault(name, borders.of(name)));
    }
    String output = step.node().output(0);
    Arrangement to = demand.outputInQuads() ? borders.of(output) : Arrangement.ROWS;
    ArrangedProblem problem =
        new ArrangedProblem(step.problem(), inputs, demand.shapes(), to, demand.output());
    Optional<Selection> selection = select(problem, step);
    if (selection.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(step.node().inputs());
    List<TensorType> inputTypes = new ArrayList<>(step.inputs());
    for (int i = 0; i < inputs.size(); i++) {
      names.set(i, needQuads(names.get(i), demand.shapes().get(i), (Quads) inputs.get(i)));
      inputTypes.set(i, types.get(names.get(i)));
    }
    Node node = step.node().withInputs(names);
    List<TensorType> outputs = step.outputs();
    if (to instanceof Quads quads) {
      String name = declare(output, demand.output(), quads);
      node = node.withOutputs(List.of(name));
      outputs = List.of(types.get(name));
    } else {
      inRows.add(output);
    }
    return Optional.of(
        new Step(node, problem, selection.get(), step.constants(), inputTypes, outputs));
  }

  private static String quadsName(String value) {
    return value + "|quads";
  }

  private String declare(String value, Shape shape, Quads quads) {
    String name = quadsName(value);
    types.put(name, type(shape, quads));
    inQuads.put(value, quads);
    return name;
  }

  private String needQuads(String value, Shape shape, Quads quads) {
    if (!inQuads.containsKey(value)) {
      needRows(value);
      String name = declare(value, shape, quads);
      rearrange(value, Arrangement.ROWS, name, quads, shape);
    }
    return quadsName(value);
  }

  private void needRows(String value) {
    String owner = plan.owner(value);
    if (!value.isEmpty() && inQuads.containsKey(owner) && inRows.add(owner)) {
      Shape shape = plan.types().get(owner).shape();
      rearrange(quadsName(owner), inQuads.get(owner), owner, Arrangement.ROWS, shape);
    }
  }

  private void rearrange(String from, Arrangement old, String to, Arrangement other, Shape shape) {
    ArrangedProblem problem =
        new ArrangedProblem(
            new RearrangeProblem(shape), List.of(old), List.of(shape), other, shape);
    Node node = new Node(to, new Identity(), List.of(from), List.of(to));
    List<Tensor> constants = Arrays.asList((Tensor) null);
    List<TensorType> inputs = List.of(types.get(from));
    List<TensorType> outputs = List.of(types.get(to));
    Selection selection = selector.select(problem, new Operands(constants, inputs, outputs));
    steps.add(new Step(node, problem, selection, constants, inputs, outputs));
  }
}

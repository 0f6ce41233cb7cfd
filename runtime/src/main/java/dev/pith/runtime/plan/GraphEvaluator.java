package dev.pith.runtime.plan;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Evaluates nodes and whole graphs at once, on the calling thread, with host kernels: what constant
 * folding needs, and graphs whose shapes depend on data. Stateless, thread-safe.
 */
public final class GraphEvaluator {

  private final Target target;

  /**
   * An evaluator for the given processor.
   *
   * @param target the CPU to choose kernels for
   */
  public GraphEvaluator(Target target) {
    this.target = target;
  }

  /**
   * The outputs of {@code graph} by name, in declared order.
   *
   * @param inputs a value for each graph input
   */
  public Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    List<Tensor> values = new Specializer(this::evaluate).evaluateGraph(graph, inputs);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      outputs.put(graph.outputNames().get(i), values.get(i));
    }
    return outputs;
  }

  /** The outputs of one node, by place; each owns memory that the garbage collector frees. */
  public List<Tensor> evaluate(Specializer.NodeView view) {
    try (Arena arena = Arena.ofConfined()) {
      HostKernel<Problem> kernel = choose(view.problem());
      HostProgram program = kernel.prepare(view.problem(), context(view.inputs(), arena));
      Tensor[] outputs = new Tensor[view.outputs().size()];
      for (int i = 0; i < outputs.length; i++) {
        TensorType type = view.outputs().get(i);
        outputs[i] = Tensor.allocate(Arena.ofAuto(), type.dtype(), type.shape());
      }
      Arguments arguments = new Arguments(view.inputs().toArray(new Tensor[0]), outputs);
      MemorySegment shared = arena.allocate(Math.max(64, program.sharedBytes()), 64);
      MemorySegment scratch =
          program.scratchFloats() > 0
              ? MemorySegment.ofArray(new float[program.scratchFloats()])
              : arena.allocate(Math.max(64, program.scratchBytes()), 64);
      for (int phase = 0; phase < program.phases(); phase++) {
        program.run(phase, arguments, shared, scratch, 0, program.workItems(phase));
      }
      return new ArrayList<>(List.of(outputs));
    }
  }

  private HostKernel<Problem> choose(Problem problem) {
    KernelFamily<Problem> family = KernelFamilies.of(problem);
    for (Kernel<Problem> kernel : family.kernels()) {
      if (kernel instanceof HostKernel<Problem> host
          && host.supports(problem, target).isSupported()) {
        return host;
      }
    }
    throw new NoKernelException("no host kernel solves " + problem);
  }

  private PrepareContext context(List<Tensor> inputs, Arena arena) {
    return new PrepareContext() {
      @Override
      public Target target() {
        return target;
      }

      @Override
      public Tensor constant(int index) {
        return index < inputs.size() ? inputs.get(index) : null;
      }

      @Override
      public MemorySegment packed(int index, String format, Function<Arena, MemorySegment> pack) {
        return pack.apply(arena);
      }
    };
  }
}

package dev.pith.bench.layer;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A layer prepared by one kernel, run by the calling thread alone. Not thread-safe. */
public final class PithLayer implements OpenLayer {

  private final HostProgram program;
  private final Arguments arguments;
  private final MemorySegment shared;
  private final MemorySegment scratch;
  private final Tensor output;
  private final long weightBytes;

  private PithLayer(HostProgram program, LayerOperands operands, Context context) {
    Arena arena = Arena.ofAuto();
    this.program = program;
    this.weightBytes = operands.weight().byteSize() + context.packedBytes();
    this.output = Tensor.allocate(arena, operands.outputType(), operands.outputShape());
    this.arguments = new Arguments(operands.inputs(), new Tensor[] {output});
    this.shared = arena.allocate(program.sharedBytes(), Tensor.ALIGNMENT);
    this.scratch =
        program.scratchFloats() > 0
            ? MemorySegment.ofArray(new float[program.scratchFloats()])
            : arena.allocate(program.scratchBytes(), Tensor.ALIGNMENT);
  }

  /** Names of the kernels that solve {@code problem} on {@code target}, in order of preference. */
  public static List<String> kernels(Problem problem, Target target) {
    List<String> names = new ArrayList<>();
    candidates(problem, target).forEach(kernel -> names.add(kernel.name()));
    return names;
  }

  private static <P extends Problem> List<HostKernel<P>> candidates(P problem, Target target) {
    List<HostKernel<P>> found = new ArrayList<>();
    for (Kernel<P> kernel : KernelFamilies.of(problem).kernels()) {
      if (kernel instanceof HostKernel<P> host && host.supports(problem, target).isSupported()) {
        found.add(host);
      }
    }
    return found;
  }

  /**
   * Prepares the layer.
   *
   * @param kernel name of a kernel; {@code first} for the preferred one
   * @throws IllegalArgumentException if no kernel of that name solves the problem
   */
  public static PithLayer open(LayerOperands operands, String kernel, Target target) {
    return open(operands.problem(), operands, kernel, target);
  }

  private static <P extends Problem> PithLayer open(
      P problem, LayerOperands operands, String name, Target target) {
    for (HostKernel<P> kernel : candidates(problem, target)) {
      if (name.equals("first") || kernel.name().equals(name)) {
        Context context = new Context(operands.inputs(), target);
        return new PithLayer(kernel.prepare(problem, context), operands, context);
      }
    }
    throw new IllegalArgumentException(
        "no kernel "
            + name
            + " solves "
            + problem
            + " here; these do: "
            + kernels(problem, target));
  }

  /** What a kernel prepares itself from. */
  private record Context(
      Tensor[] inputs, Target target, Arena arena, Map<String, MemorySegment> packed)
      implements PrepareContext {

    Context(Tensor[] inputs, Target target) {
      this(inputs, target, Arena.ofAuto(), new HashMap<>());
    }

    @Override
    public Tensor constant(int index) {
      return index > 0 && index < inputs.length ? inputs[index] : null;
    }

    @Override
    public MemorySegment packed(int index, String format, Function<Arena, MemorySegment> pack) {
      return packed.computeIfAbsent(index + " " + format, key -> pack.apply(arena));
    }

    long packedBytes() {
      return packed.values().stream().mapToLong(MemorySegment::byteSize).sum();
    }
  }

  @Override
  public void run() {
    for (int phase = 0; phase < program.phases(); phase++) {
      program.run(phase, arguments, shared, scratch, 0, program.workItems(phase));
    }
  }

  @Override
  public Tensor output() {
    return output;
  }

  @Override
  public long weightBytes() {
    return weightBytes;
  }

  /** Nothing to do: memory goes with the object. */
  @Override
  public void close() {}
}

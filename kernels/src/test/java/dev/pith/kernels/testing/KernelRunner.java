package dev.pith.kernels.testing;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.GuardPages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs host kernels outside a session: guards all memory they read or write, begins every workspace
 * with NaN bytes, and splits the work of each phase into parts that run last to first, or at once
 * on threads of their own.
 */
public final class KernelRunner {

  /**
   * How work is split.
   *
   * @param parts parts of each phase
   * @param parallel whether each part has a thread
   */
  public record Split(int parts, boolean parallel) {

    /** All work at once. */
    public static final Split NONE = new Split(1, false);
  }

  /**
   * Type of an output.
   *
   * @param dtype element type
   * @param shape extents
   */
  public record Output(DType dtype, Shape shape) {}

  private KernelRunner() {}

  /**
   * The outputs of {@code kernel}; they belong to the garbage collector.
   *
   * @param inputs operands, {@code null} where absent; all but the first count as constants
   */
  public static <P extends Problem> List<Tensor> run(
      HostKernel<P> kernel,
      P problem,
      Target target,
      List<Tensor> inputs,
      List<Output> outputs,
      Split split) {
    try (GuardPages pages = new GuardPages()) {
      List<Tensor> guarded = inputs.stream().map(tensor -> guarded(tensor, pages)).toList();
      return runGuarded(kernel, problem, target, guarded, outputs, split);
    }
  }

  private static <P extends Problem> List<Tensor> runGuarded(
      HostKernel<P> kernel,
      P problem,
      Target target,
      List<Tensor> inputs,
      List<Output> outputs,
      Split split) {
    Arena arena = Arena.ofAuto();
    HostProgram program = kernel.prepare(problem, context(target, inputs, arena));
    List<GuardedBuffer> guards = new ArrayList<>();
    List<Tensor> results = new ArrayList<>();
    for (Output output : outputs) {
      long bytes = output.dtype().byteSize(output.shape().elementCount());
      GuardedBuffer buffer = GuardedBuffer.allocate(arena, "output", bytes);
      guards.add(buffer);
      results.add(Tensor.dense(output.dtype(), output.shape(), buffer.segment()));
    }
    GuardedBuffer shared = GuardedBuffer.allocate(arena, "shared", program.sharedBytes());
    guards.add(shared);
    Arguments arguments =
        new Arguments(inputs.toArray(Tensor[]::new), results.toArray(Tensor[]::new));
    for (int phase = 0; phase < program.phases(); phase++) {
      List<Runnable> parts = new ArrayList<>();
      long items = program.workItems(phase);
      for (int part = split.parts() - 1; part >= 0; part--) {
        long from = items * part / split.parts();
        long to = items * (part + 1) / split.parts();
        if (from < to) {
          MemorySegment scratch = scratch(program, arena, guards);
          int current = phase;
          parts.add(() -> program.run(current, arguments, shared.segment(), scratch, from, to));
        }
      }
      runAll(parts, split.parallel());
    }
    guards.forEach(GuardedBuffer::check);
    return results;
  }

  /** The same tensor, behind whose memory nothing can be read. */
  private static Tensor guarded(Tensor tensor, GuardPages pages) {
    if (tensor == null || !GuardPages.areThere()) {
      return tensor;
    }
    List<MemorySegment> components =
        tensor.components().stream()
            .map(from -> pages.allocate(from.byteSize()).copyFrom(from))
            .toList();
    return Tensor.over(tensor.dtype(), tensor.shape(), tensor.layout(), components)
        .withQuantization(tensor.quantization());
  }

  private static MemorySegment scratch(
      HostProgram program, Arena arena, List<GuardedBuffer> guards) {
    if (program.scratchFloats() > 0) {
      // An array guards itself.
      return MemorySegment.ofArray(new float[program.scratchFloats()]).fill((byte) 0xFF);
    }
    GuardedBuffer scratch = GuardedBuffer.allocate(arena, "scratch", program.scratchBytes());
    guards.add(scratch);
    return scratch.segment();
  }

  private static void runAll(List<Runnable> parts, boolean parallel) {
    if (!parallel) {
      parts.forEach(Runnable::run);
      return;
    }
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (Runnable part : parts) {
      threads.add(
          Thread.ofPlatform().uncaughtExceptionHandler((t, e) -> failures.add(e)).start(part));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while kernels ran", e);
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a part failed", failures.get(0));
    }
  }

  /** A context whose constants are all inputs but the first. */
  public static PrepareContext context(Target target, List<Tensor> inputs, Arena arena) {
    Map<String, MemorySegment> packed = new HashMap<>();
    return new PrepareContext() {
      @Override
      public Target target() {
        return target;
      }

      @Override
      public Tensor constant(int index) {
        return index > 0 && index < inputs.size() ? inputs.get(index) : null;
      }

      @Override
      public MemorySegment packed(int index, String format, Function<Arena, MemorySegment> pack) {
        return packed.computeIfAbsent(index + format, key -> pack.apply(arena));
      }
    };
  }
}

package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.BroadcastIndex;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link QAddProblem}: the oracle. */
public final class ReferenceQAdd implements ReferenceKernel<QAddProblem> {

  @Override
  public HostProgram prepare(QAddProblem problem, PrepareContext context) {
    return new ElementwiseProgram(problem.output().elementCount(), body(problem));
  }

  /** The loop over elements. */
  static ElementwiseProgram.Body body(QAddProblem problem) {
    BroadcastIndex index = BroadcastIndex.of(problem.output(), problem.a(), problem.b());
    return (a, from, to) -> run(problem, index, a, from, to);
  }

  /** Elements {@code from} to {@code to}; also what is left behind whole vectors. */
  static void run(
      QAddProblem problem, BroadcastIndex index, Arguments arguments, long from, long to) {
    MemorySegment a = arguments.inputValues(0);
    MemorySegment b = arguments.inputValues(1);
    MemorySegment y = arguments.outputValues(0);
    for (long i = from; i < to; i++) {
      int p = (a.get(JAVA_BYTE, index.of(i, 0)) & 255) - problem.aZeroPoint();
      int q = (b.get(JAVA_BYTE, index.of(i, 1)) & 255) - problem.bZeroPoint();
      // Java evaluates each fp32 operation on its own: nothing is fused.
      float sum = p * problem.aRatio() + q * problem.bRatio();
      y.set(
          JAVA_BYTE,
          i,
          (byte) Requantized.round(sum, problem.zeroPoint(), problem.low(), problem.high()));
    }
  }
}

package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.BroadcastIndex;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link QMulProblem}: the oracle. */
public final class ReferenceQMul implements ReferenceKernel<QMulProblem> {

  @Override
  public HostProgram prepare(QMulProblem problem, PrepareContext context) {
    BroadcastIndex index = BroadcastIndex.of(problem.output(), problem.a(), problem.b());
    return new ElementwiseProgram(
        problem.output().elementCount(), (a, from, to) -> run(problem, index, a, from, to));
  }

  private static void run(
      QMulProblem problem, BroadcastIndex index, Arguments arguments, long from, long to) {
    MemorySegment a = arguments.inputValues(0);
    MemorySegment b = arguments.inputValues(1);
    MemorySegment y = arguments.outputValues(0);
    for (long i = from; i < to; i++) {
      int p = (a.get(JAVA_BYTE, index.of(i, 0)) & 255) - problem.aZeroPoint();
      int q = (b.get(JAVA_BYTE, index.of(i, 1)) & 255) - problem.bZeroPoint();
      float product = (float) (p * q) * problem.ratio();
      y.set(
          JAVA_BYTE,
          i,
          (byte) Requantized.round(product, problem.zeroPoint(), problem.low(), problem.high()));
    }
  }
}

package dev.pith.kernels.reduce;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over the rows of {@link SoftmaxProblem} in double precision: the oracle. */
public final class ReferenceSoftmax implements ReferenceKernel<SoftmaxProblem> {

  @Override
  public HostProgram prepare(SoftmaxProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.outer() * problem.inner(), 4, (a, from, to) -> rows(problem, a, from, to));
  }

  private static void rows(SoftmaxProblem p, Arguments a, long from, long to) {
    for (long row = from; row < to; row++) {
      row(p, a, row / p.inner() * p.n() * p.inner() + row % p.inner());
    }
  }

  private static void row(SoftmaxProblem p, Arguments a, long base) {
    DType type = p.dtype();
    MemorySegment x = a.inputValues(0);
    double max = Double.NEGATIVE_INFINITY;
    long where = 0;
    for (long i = 0; i < p.n(); i++) {
      double v = Elements.getDouble(type, x, base + i * p.inner());
      if (v > max || Double.isNaN(v)) {
        max = v;
        where = i;
      }
    }
    double sum = 0;
    for (long i = 0; i < p.n(); i++) {
      sum += Math.exp(Elements.getDouble(type, x, base + i * p.inner()) - max);
    }
    for (long i = 0; i < p.n(); i++) {
      double v = Elements.getDouble(type, x, base + i * p.inner()) - max;
      double y =
          switch (p.function()) {
            case SOFTMAX -> Math.exp(v) / sum;
            case LOG_SOFTMAX -> v - Math.log(sum);
            case HARDMAX -> i == where ? 1 : 0;
          };
      Elements.setDouble(type, a.outputValues(0), base + i * p.inner(), y);
    }
  }
}

package dev.pith.kernels.normalize;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over the rows of {@link NormalizeProblem} in double precision: the oracle. */
public final class ReferenceNormalize implements ReferenceKernel<NormalizeProblem> {

  @Override
  public HostProgram prepare(NormalizeProblem p, PrepareContext context) {
    return new ElementwiseProgram(
        p.rows(),
        1,
        (a, from, to) -> {
          for (long row = from; row < to; row++) {
            row(p, a, row);
          }
        });
  }

  private static void row(NormalizeProblem p, Arguments a, long row) {
    MemorySegment x = a.inputValues(0);
    long base = row * p.columns();
    double mean = 0;
    for (long i = 0; i < p.columns() && p.centered(); i++) {
      mean += Elements.getDouble(p.dtype(), x, base + i);
    }
    mean /= p.columns();
    double squares = 0;
    for (long i = 0; i < p.columns(); i++) {
      double v = Elements.getDouble(p.dtype(), x, base + i) - mean;
      squares += v * v;
    }
    double inverse = 1 / Math.sqrt(squares / p.columns() + p.epsilon());
    for (long i = 0; i < p.columns(); i++) {
      double y = (Elements.getDouble(p.dtype(), x, base + i) - mean) * inverse;
      long channel = p.channel(base + i);
      y *= p.scale() ? Elements.getDouble(p.dtype(), a.inputValues(1), channel) : 1;
      y += p.bias() ? Elements.getDouble(p.dtype(), a.inputValues(2), channel) : 0;
      Elements.setDouble(p.dtype(), a.outputValues(0), base + i, y);
    }
    moments(p, a, row, mean, inverse);
  }

  /** Stores the moments of a row that are asked for. */
  static void moments(NormalizeProblem p, Arguments a, long row, double mean, double inverse) {
    if (p.moments() > 0 && a.output(1) != null) {
      a.outputValues(1).set(Elements.F32, row * 4, (float) mean);
    }
    if (p.moments() > 1 && a.output(2) != null) {
      a.outputValues(2).set(Elements.F32, row * 4, (float) inverse);
    }
  }
}

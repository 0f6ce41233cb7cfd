package dev.pith.kernels.resample;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link AffineGridProblem} in double precision: the oracle. */
public final class ReferenceAffineGrid implements ReferenceKernel<AffineGridProblem> {

  @Override
  public HostProgram prepare(AffineGridProblem p, PrepareContext context) {
    long count = p.batch() * p.points() * p.extents().size();
    return new ElementwiseProgram(count, 1024, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(AffineGridProblem p, Arguments a, long from, long to) {
    int axes = p.extents().size();
    for (long i = from; i < to; i++) {
      long row = i % axes;
      long point = i / axes % p.points();
      long theta = (i / axes / p.points() * axes + row) * (axes + 1);
      double y = Elements.getDouble(p.dtype(), a.inputValues(0), theta + axes);
      for (int d = axes - 1; d >= 0; d--) {
        long n = p.extents().get(d);
        double at = coordinate(point % n, n, p.alignCorners());
        y += at * Elements.getDouble(p.dtype(), a.inputValues(0), theta + axes - 1 - d);
        point /= n;
      }
      Elements.setDouble(p.dtype(), a.outputValues(0), i, y);
    }
  }

  private static double coordinate(long i, long n, boolean alignCorners) {
    if (alignCorners) {
      return n == 1 ? -1 : -1 + 2.0 * i / (n - 1);
    }
    return (2 * i + 1.0) / n - 1;
  }
}

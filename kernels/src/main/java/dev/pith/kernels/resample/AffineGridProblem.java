package dev.pith.kernels.resample;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import java.util.List;

/**
 * grid [N, extents, axes] = theta [N, axes, axes + 1] · (point, 1), for the points of a regular
 * grid from −1 to 1; a point names the last axis first.
 *
 * @param dtype element type of theta and grid
 * @param batch N
 * @param extents points along each axis
 * @param alignCorners whether −1 and 1 are the outermost points, or half a step beyond them
 */
public record AffineGridProblem(DType dtype, long batch, List<Long> extents, boolean alignCorners)
    implements Problem {

  public AffineGridProblem {
    extents = List.copyOf(extents);
  }

  /** Points of a grid. */
  public long points() {
    return extents.stream().reduce(1L, (a, b) -> a * b);
  }

  @Override
  public long work() {
    return batch * points() * extents.size() * (extents.size() + 1);
  }
}

package dev.pith.kernels.search;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * y [outer, inner], I64: position of the largest or smallest of x [outer, n, inner] along n.
 *
 * @param largest whether the largest is sought, or the smallest
 * @param last whether the last of equals is taken, or the first
 * @param dtype element type of x
 * @param outer extents before the axis
 * @param n extent of the axis, at least 1
 * @param inner extents behind the axis
 */
public record ArgReduceProblem(
    boolean largest, boolean last, DType dtype, long outer, long n, long inner) implements Problem {

  @Override
  public long work() {
    return outer * n * inner;
  }
}

package dev.pith.kernels.search;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Values and positions (I64) [outer, k, inner] of the k largest or smallest of x [outer, n, inner]
 * along n, best first; the first of equals comes first.
 *
 * @param largest whether the largest are sought, or the smallest
 * @param dtype element type of x and the values
 * @param outer extents before the axis
 * @param n extent of the axis
 * @param inner extents behind the axis
 * @param k how many are kept, at most n
 */
public record TopKProblem(boolean largest, DType dtype, long outer, long n, long inner, long k)
    implements Problem {

  @Override
  public long work() {
    return outer * n * inner;
  }
}

package dev.pith.kernels.reduce;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * y = function of each row of x [outer, n, inner] along n.
 *
 * @param function which function
 * @param dtype element type of x and y, a floating-point type
 * @param outer extents before the row
 * @param n elements of a row
 * @param inner extents behind the row: the distance between its elements
 */
public record SoftmaxProblem(SoftmaxFunction function, DType dtype, long outer, long n, long inner)
    implements Problem {

  @Override
  public long work() {
    return outer * n * inner;
  }
}

package dev.pith.kernels.elementwise;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * Every element converted to another type: floating-point types round to nearest even, integers
 * truncate towards zero and wrap, BOOL is x ≠ 0.
 *
 * @param from element type of the input
 * @param to element type of the output
 * @param shape extents of both
 */
public record CastProblem(DType from, DType to, Shape shape) implements Problem {

  @Override
  public long work() {
    return shape.elementCount();
  }
}

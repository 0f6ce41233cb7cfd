package dev.pith.kernels.quads;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;

/**
 * y = x, U8: what an {@link ArrangedProblem} makes of it brings rows into quads, or quads into
 * rows.
 *
 * @param shape extents, rank 4
 */
public record RearrangeProblem(Shape shape) implements Problem {

  @Override
  public long work() {
    return shape.elementCount();
  }
}

package dev.pith.kernels.elementwise;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * y = condition ? a : b with all inputs broadcast to the output's shape (NumPy rules).
 *
 * @param dtype element type of a, b and the output
 * @param condition shape of the BOOL condition, input 0
 * @param a shape of what is taken where the condition holds, input 1
 * @param b shape of what is taken elsewhere, input 2
 */
public record SelectProblem(DType dtype, Shape condition, Shape a, Shape b) implements Problem {

  /** Shape of the output. */
  public Shape output() {
    return Shape.broadcast(condition, Shape.broadcast(a, b));
  }

  @Override
  public long work() {
    return output().elementCount();
  }
}

package dev.pith.kernels.elementwise;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * y = f(a, b) with both inputs broadcast to the output's shape (NumPy rules).
 *
 * @param function which function
 * @param dtype element type of the inputs; also of the output unless the function compares
 * @param a shape of the first input
 * @param b shape of the second input
 */
public record BinaryProblem(BinaryFunction function, DType dtype, Shape a, Shape b)
    implements Problem {

  /** Shape of the output. */
  public Shape output() {
    return Shape.broadcast(a, b);
  }

  @Override
  public long work() {
    return output().elementCount();
  }
}

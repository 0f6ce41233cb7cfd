package dev.pith.kernels.elementwise;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * y = f(a, b) with both inputs broadcast to the output's shape (NumPy rules).
 *
 * @param function which function
 * @param dtype element type of the inputs; {@link BinaryFunction#result} gives the output's
 * @param a shape of the first input
 * @param b shape of the second input
 */
public record BinaryProblem(BinaryFunction function, DType dtype, Shape a, Shape b)
    implements Problem {

  public BinaryProblem {
    if (!function.accepts(dtype)) {
      throw new IllegalArgumentException(function + " is not defined on " + dtype);
    }
  }

  /** Shape of the output. */
  public Shape output() {
    return Shape.broadcast(a, b);
  }

  /** Element type of the output. */
  public DType outputType() {
    return function.result(dtype);
  }

  @Override
  public long work() {
    return output().elementCount();
  }
}

package dev.pith.kernels.elementwise;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * y[i] = f(x[i]) for every element.
 *
 * @param function which function
 * @param dtype element type of the input; {@link UnaryFunction#result} gives the output's
 * @param shape extents of both
 * @param alpha first parameter of the function, if it has one
 * @param beta second parameter of the function, if it has one
 */
public record UnaryProblem(
    UnaryFunction function, DType dtype, Shape shape, float alpha, float beta) implements Problem {

  public UnaryProblem {
    if (!function.accepts(dtype)) {
      throw new IllegalArgumentException(function + " is not defined on " + dtype);
    }
  }

  /** Element type of the output. */
  public DType output() {
    return function.result(dtype);
  }

  @Override
  public long work() {
    return shape.elementCount();
  }
}

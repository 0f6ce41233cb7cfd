package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;

/**
 * y[i] = table[x[i]]: any function of one U8 tensor (sigmoid, hard swish, requantization …).
 *
 * <p>Inputs: x U8; table U8 [256]. Output: U8.
 *
 * @param shape extents of input and output
 */
public record QLookupProblem(Shape shape) implements Problem {

  @Override
  public long work() {
    return shape.elementCount();
  }
}

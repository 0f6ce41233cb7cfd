package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;

/**
 * ONNX DynamicQuantizeLinear: one scale and zero point for the whole tensor, from its own range as
 * {@link DynamicRange} defines, then {@code y = clamp(rne(fl(x / scale)) + zeroPoint, 0, 255)}.
 *
 * <p>Input: x F32. Outputs: y U8; scale F32, a scalar; zero point U8, a scalar.
 *
 * @param shape extents of x and y
 */
public record DynamicQuantizeLinearProblem(Shape shape) implements Problem {

  @Override
  public long work() {
    return shape.elementCount();
  }
}

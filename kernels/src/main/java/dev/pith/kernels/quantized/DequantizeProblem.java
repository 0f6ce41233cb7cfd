package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * {@code y = fl(float(x − zeroPoint) · scale)}: the difference is exact, then converted to fp32
 * (nearest even) and multiplied (ONNX DequantizeLinear, per tensor).
 *
 * @param input U8, I8 or I32
 * @param shape extents of input and output
 * @param scale positive
 * @param zeroPoint zero point of the input
 */
public record DequantizeProblem(DType input, Shape shape, float scale, int zeroPoint)
    implements Problem {

  @Override
  public long work() {
    return shape.elementCount();
  }
}

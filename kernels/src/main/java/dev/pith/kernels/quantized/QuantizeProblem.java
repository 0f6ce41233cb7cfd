package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * {@code y = clamp(rne(x / scale) + zeroPoint)} to the range of the output type (ONNX
 * QuantizeLinear, per tensor). Input: x F32.
 *
 * @param output U8 or I8
 * @param shape extents of input and output
 * @param scale positive
 * @param zeroPoint within the range of the output type
 */
public record QuantizeProblem(DType output, Shape shape, float scale, int zeroPoint)
    implements Problem {

  @Override
  public long work() {
    return shape.elementCount();
  }
}

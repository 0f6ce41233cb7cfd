package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * {@code y = clamp(rne(fl(x / scale)) + zeroPoint, low, high)} with low and high the range of the
 * output type, an fp32 division and round half to even (ONNX QuantizeLinear, per tensor). NaN gives
 * low. Input: x F32.
 *
 * @param output U8 or I8
 * @param shape extents of input and output
 * @param scale positive
 * @param zeroPoint within the range of the output type
 */
public record QuantizeProblem(DType output, Shape shape, float scale, int zeroPoint)
    implements Problem {

  /** Smallest value of the output type. */
  public int low() {
    return output == DType.U8 ? 0 : -128;
  }

  /** Largest value of the output type. */
  public int high() {
    return output == DType.U8 ? 255 : 127;
  }

  @Override
  public long work() {
    return shape.elementCount();
  }
}

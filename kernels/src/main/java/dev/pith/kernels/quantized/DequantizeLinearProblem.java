package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * ONNX DequantizeLinear in its general form: {@code y = fl(float(x − zeroPoint) · scale)}, computed
 * in fp32 and rounded once more to the output's type.
 *
 * <p>Inputs: x; scale; zero point of the input's type if {@code zeroPoint}.
 *
 * @param input U8, I8, U16, I16, I32, U4 or I4
 * @param scale element type of the scale: F32, F16 or BF16
 * @param output F32, F16 or BF16
 * @param zeroPoint whether input 2 is present; it has the scale's shape
 * @param shape extents of input and output
 * @param scales which element of scale and zero point an element of x uses
 */
public record DequantizeLinearProblem(
    DType input, DType scale, DType output, boolean zeroPoint, Shape shape, ScaleGrid scales)
    implements Problem {

  @Override
  public long work() {
    return shape.elementCount();
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * ONNX QuantizeLinear in its general form: {@code y = clamp(rne(x / scale) + zeroPoint)} to the
 * range of the output type; round half to even; NaN gives the smallest value. The quotient of the
 * fp32 values of x and scale is rounded to fp32 and then to {@code precision}.
 *
 * <p>Inputs: x; scale; zero point of the output's type if {@code zeroPoint}.
 *
 * @param input F32, F16, BF16 or I32
 * @param scale element type of the scale: F32, F16 or BF16
 * @param precision F32, F16 or BF16
 * @param output U8, I8, U16, I16, U4 or I4
 * @param zeroPoint whether input 2 is present; it has the scale's shape
 * @param shape extents of input and output
 * @param scales which element of scale and zero point an element of x uses
 */
public record QuantizeLinearProblem(
    DType input,
    DType scale,
    DType precision,
    DType output,
    boolean zeroPoint,
    Shape shape,
    ScaleGrid scales)
    implements Problem {

  @Override
  public long work() {
    return shape.elementCount();
  }
}

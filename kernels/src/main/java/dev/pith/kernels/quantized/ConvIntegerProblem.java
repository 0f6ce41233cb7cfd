package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.DType;

/**
 * ONNX ConvInteger: y[o] = Σ (w[o,k] − zw[o]) · (x[k] − zx), I32, wrapping. Padding counts as zx,
 * that is, adds nothing.
 *
 * <p>Inputs: x U8 or I8 {@code [N, C, spatial]}; weight U8 or I8 {@code [O, kernel, C / groups]},
 * dense; zx of the type of x, one element, if {@code inputZeroPoint}; zw of the weight's type if
 * {@code weightZeroPoints} is not 0.
 *
 * @param geometry extents
 * @param input type of x
 * @param weight type of the weight
 * @param inputZeroPoint whether input 2 is present
 * @param weightZeroPoints elements of input 3: 0 (absent), 1, or one for each output channel
 */
public record ConvIntegerProblem(
    ConvGeometry geometry, DType input, DType weight, boolean inputZeroPoint, long weightZeroPoints)
    implements Problem {

  @Override
  public long work() {
    return geometry.work();
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.WeightedProblem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.Layout;

/**
 * An int8 convolution: acc[o] = bias[o] + Σ w[o,k] · (x[k] − zx), then {@link Requantize}.
 *
 * <p>Inputs: x U8 {@code [N, C, spatial]}; weight I8 {@code [O, kernel, C / groups]}, symmetric;
 * scale F32 [O]; bias I32 [O] if {@code bias}. Padding counts as zx, that is, contributes nothing.
 *
 * @param geometry extents
 * @param layout layout of the weight, seen as a matrix of O rows
 * @param bias whether input 3 is present
 * @param requantize zero points, output type and clamp
 */
public record QConvProblem(
    ConvGeometry geometry, Layout layout, boolean bias, Requantize requantize)
    implements WeightedProblem {

  @Override
  public QConvProblem withLayout(Layout other) {
    return new QConvProblem(geometry, other, bias, requantize);
  }

  @Override
  public long work() {
    return geometry.work();
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.DType;

/**
 * ONNX QLinearConv in its general form, where even weights and scales may only be known when it
 * runs: {@code acc[o] = bias[o] + Σ (w[o,k] − zw[o]) · (x[k] − zx)} in I32, wrapping, then {@code y
 * = clamp(rne(fl(float(acc) · fl(fl(sx · sw[o]) / sy))) + zy)} to the range of the output type;
 * fp32, round half to even. Padding counts as zx. {@link QConvProblem} is the form for constant
 * weights.
 *
 * <p>Inputs: x, sx, zx; weight {@code [O, kernel, C / groups]}, sw, zw; sy, zy; bias I32 [O] if
 * {@code bias}. Scales are F32; sw and zw have one element or one for each output channel.
 *
 * @param geometry extents
 * @param input type of x: U8 or I8
 * @param weight type of the weight: U8 or I8
 * @param output type of y: U8 or I8
 * @param scalePerChannel whether sw has one element for each output channel
 * @param zeroPerChannel whether zw has one element for each output channel
 * @param bias whether input 8 is present
 */
public record QLinearConvProblem(
    ConvGeometry geometry,
    DType input,
    DType weight,
    DType output,
    boolean scalePerChannel,
    boolean zeroPerChannel,
    boolean bias)
    implements Problem {

  @Override
  public long work() {
    return geometry.work();
  }
}

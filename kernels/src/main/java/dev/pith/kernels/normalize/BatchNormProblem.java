package dev.pith.kernels.normalize;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * y = (x − mean) / √(variance + ε) · scale + bias, with stored moments of each channel.
 *
 * <p>Inputs: x [outer, channels, inner]; scale, bias, mean, variance [channels].
 *
 * @param dtype element type of x and y
 * @param parameters element type of the other inputs
 * @param outer images
 * @param channels channels
 * @param inner pixels
 * @param epsilon ε
 */
public record BatchNormProblem(
    DType dtype, DType parameters, long outer, long channels, long inner, float epsilon)
    implements Problem {

  @Override
  public long work() {
    return outer * channels * inner;
  }
}

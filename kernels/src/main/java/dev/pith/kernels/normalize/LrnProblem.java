package dev.pith.kernels.normalize;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Local response normalization: y = x / (bias + α / size · Σ x²)^β, the sum over {@code size}
 * channels around x's own, those that exist.
 *
 * @param dtype element type of x and y [batch, channels, inner]
 * @param batch images
 * @param channels channels
 * @param inner pixels
 * @param size channels of the sum; (size − 1) / 2 of them, rounded down, before x's own
 * @param alpha α
 * @param beta β
 * @param bias what is added to the sum
 */
public record LrnProblem(
    DType dtype,
    long batch,
    long channels,
    long inner,
    long size,
    float alpha,
    float beta,
    float bias)
    implements Problem {

  @Override
  public long work() {
    return batch * channels * inner * size;
  }
}

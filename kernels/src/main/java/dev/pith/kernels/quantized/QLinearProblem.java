package dev.pith.kernels.quantized;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.WeightedProblem;
import dev.pith.kernels.tensor.Layout;

/**
 * An int8 linear layer: acc[i,n] = bias[n] + Σ w[n,k] · (x[i,k] − zx), then {@link Requantize}.
 *
 * <p>Inputs: x U8 [M, K]; weight I8 [N, K], symmetric; scale F32 [N]; bias I32 [N] if {@code bias}.
 *
 * @param m rows (product of all leading extents of x)
 * @param n output features
 * @param k input features
 * @param layout layout of the weight
 * @param bias whether input 3 is present
 * @param requantize zero points, output type and clamp
 */
public record QLinearProblem(
    long m, long n, long k, Layout layout, boolean bias, Requantize requantize)
    implements WeightedProblem {

  @Override
  public QLinearProblem withLayout(Layout other) {
    return new QLinearProblem(m, n, k, other, bias, requantize);
  }

  @Override
  public long work() {
    return m * n * k;
  }
}

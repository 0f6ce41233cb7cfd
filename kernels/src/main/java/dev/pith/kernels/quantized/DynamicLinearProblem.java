package dev.pith.kernels.quantized;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Layout;

/**
 * A linear layer on F32 activations that are quantized when it runs, one scale and zero point for
 * each row, so that a row's result does not depend on its batch:
 *
 * <ol>
 *   <li>sx, zx of row i as {@link DynamicRange} defines; {@code q = clamp(rne(fl(x / sx)) + zx, 0,
 *       255)};
 *   <li>{@code acc = Σ w[n,k] · (q[i,k] − zx)}, an exact integer;
 *   <li>{@code v = fl(float(acc) · fl(sx · sw[n]))};
 *   <li>{@code v = fl(v + bias[n])} and {@code v = fl(v + residual[i,n])} where the epilogue says
 *       so;
 *   <li>{@code y = activation(v)} as {@link dev.pith.kernels.Activation#apply} computes it.
 * </ol>
 *
 * <p>Inputs: x F32 [M, K]; weight I8 [N, K], symmetric; scale F32 [N]; bias F32 [N]; residual F32
 * [M, N].
 *
 * @param m rows (product of all leading extents of x)
 * @param n output features
 * @param k input features
 * @param layout layout of the weight
 * @param epilogue which of bias and residual are present, and the activation
 */
public record DynamicLinearProblem(long m, long n, long k, Layout layout, Epilogue epilogue)
    implements Problem {

  @Override
  public long work() {
    return m * n * k;
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;

/**
 * A linear layer on floating-point activations: Y[M, N] = epilogue(X[M, K] · W[N, K]ᵀ).
 *
 * <p>Inputs: x F32 [M, K]; weight [N, K]; bias F32 [N] where the epilogue says so; residual F32 [M,
 * N] likewise. Weights of type I8 carry per-channel scales in their quantization and count as
 * {@code scale[n] · w} (weights-only quantization).
 *
 * @param m rows (product of all leading extents of x)
 * @param n output features
 * @param k input features
 * @param weight element type of the weight: F32, F16, BF16 or I8
 * @param layout layout of the weight
 * @param epilogue bias, residual and activation
 */
public record LinearProblem(long m, long n, long k, DType weight, Layout layout, Epilogue epilogue)
    implements Problem {

  @Override
  public long work() {
    return m * n * k;
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.WeightedProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;

/**
 * A linear layer on floating-point activations: Y[M, N] = epilogue(X[M, K] · W[N, K]ᵀ).
 *
 * <p>Inputs: x [M, K]; weight [N, K]; bias [N] where the epilogue says so; residual [M, N]
 * likewise. Weights of type I8 carry symmetric scales, one or one for each feature, in their
 * quantization and count as {@code scale[n] · w} (weights-only quantization).
 *
 * @param m rows (product of all leading extents of x)
 * @param n output features
 * @param k input features
 * @param input element type of x, bias, residual and output: F32, F16, BF16 or F64
 * @param weight element type of the weight: F32, F16, BF16, F64 or I8
 * @param layout layout of the weight
 * @param epilogue bias, residual and activation
 */
public record LinearProblem(
    long m, long n, long k, DType input, DType weight, Layout layout, Epilogue epilogue)
    implements WeightedProblem {

  @Override
  public LinearProblem withLayout(Layout other) {
    return new LinearProblem(m, n, k, input, weight, other, epilogue);
  }

  @Override
  public long work() {
    return m * n * k;
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * Y[.., M, N] = A[.., M, K] · B[.., K, N], leading extents broadcast (NumPy matmul; both inputs
 * have rank 2 or more). Inputs: a, b. Integer types wrap.
 *
 * @param dtype element type of all operands
 * @param a shape of the first input, as stored
 * @param b shape of the second input, as stored
 * @param transposeA whether the last two extents of {@code a} are stored as K, M
 * @param transposeB whether the last two extents of {@code b} are stored as N, K
 * @param alpha factor of the result
 */
public record MatMulProblem(
    DType dtype, Shape a, Shape b, boolean transposeA, boolean transposeB, float alpha)
    implements Problem {

  /** Rows of the result. */
  public long m() {
    return a.dim(transposeA ? -1 : -2);
  }

  /** Columns of the result. */
  public long n() {
    return b.dim(transposeB ? -2 : -1);
  }

  /** Length of the sums. */
  public long k() {
    return a.dim(transposeA ? -2 : -1);
  }

  /** Leading extents of the result: those of the inputs, broadcast. */
  public Shape batch() {
    return Shape.broadcast(leading(a), leading(b));
  }

  private static Shape leading(Shape shape) {
    return Shape.of(java.util.Arrays.copyOf(shape.dims(), shape.rank() - 2));
  }

  @Override
  public long work() {
    return batch().elementCount() * m() * n() * k();
  }
}

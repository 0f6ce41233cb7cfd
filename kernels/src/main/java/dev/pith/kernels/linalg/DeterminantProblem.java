package dev.pith.kernels.linalg;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Determinants y [batch] of matrices x [batch, n, n].
 *
 * @param dtype element type of x and y
 * @param batch matrices
 * @param n rows and columns
 */
public record DeterminantProblem(DType dtype, long batch, int n) implements Problem {

  @Override
  public long work() {
    return batch * n * n * n / 3;
  }
}

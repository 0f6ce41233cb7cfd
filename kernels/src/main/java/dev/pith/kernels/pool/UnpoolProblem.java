package dev.pith.kernels.pool;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * y = zeros with y[indices[i]] = x[i]: what undoes a max pool. Indices are flat positions in y; one
 * outside it fails the run.
 *
 * @param dtype element type of x and y
 * @param count elements of x and of the indices (I64)
 * @param outputs elements of y
 */
public record UnpoolProblem(DType dtype, long count, long outputs) implements Problem {

  @Override
  public long work() {
    return outputs;
  }
}

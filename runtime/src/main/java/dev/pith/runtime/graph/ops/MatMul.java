package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.matmul.MatMulProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * y[.., M, N] = alpha · a[.., M, K] · b[.., K, N], leading extents broadcast. Inputs have rank 2 or
 * more (vectors are reshaped when a model is imported).
 *
 * @param transposeA whether the last two extents of a are stored as K, M
 * @param transposeB whether the last two extents of b are stored as N, K
 * @param alpha factor of the result
 */
public record MatMul(boolean transposeA, boolean transposeB, float alpha) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType a = context.input(0);
    TensorType b = context.input(1);
    if (a.shape().rank() < 2 || b.shape().rank() < 2 || a.dtype() != b.dtype()) {
      throw new IllegalArgumentException("MatMul cannot take " + a + " and " + b);
    }
    MatMulProblem problem = problem(a, b);
    if (problem.k() != b.shape().dim(transposeB ? -1 : -2)) {
      throw new IllegalArgumentException("inner extents of " + a + " and " + b + " differ");
    }
    long[] batch = problem.batch().dims();
    long[] dims = java.util.Arrays.copyOf(batch, batch.length + 2);
    dims[batch.length] = problem.m();
    dims[batch.length + 1] = problem.n();
    return List.of(new TensorType(a.dtype(), Shape.of(dims)));
  }

  private MatMulProblem problem(TensorType a, TensorType b) {
    return new MatMulProblem(a.dtype(), a.shape(), b.shape(), transposeA, transposeB, alpha);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context.input(0), context.input(1));
  }
}

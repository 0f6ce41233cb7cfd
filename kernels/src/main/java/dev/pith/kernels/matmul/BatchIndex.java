package dev.pith.kernels.matmul;

import dev.pith.kernels.tensor.Shape;
import java.util.Arrays;

/** Where the matrices of a batched product begin, leading extents broadcast. Immutable. */
final class BatchIndex {

  private final long[] dims;
  private final long[] stridesA;
  private final long[] stridesB;
  private final long matrixA;
  private final long matrixB;
  private final long count;

  private BatchIndex(Shape batch, Shape a, Shape b) {
    this.dims = batch.dims();
    this.stridesA = leading(a).broadcastStrides(batch);
    this.stridesB = leading(b).broadcastStrides(batch);
    this.matrixA = a.dim(-1) * a.dim(-2);
    this.matrixB = b.dim(-1) * b.dim(-2);
    this.count = batch.elementCount();
  }

  static BatchIndex of(MatMulProblem problem) {
    return new BatchIndex(problem.batch(), problem.a(), problem.b());
  }

  private static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
  }

  /** Matrices of the result. */
  long count() {
    return count;
  }

  /** First element of the left factor of matrix {@code matrix}. */
  long a(long matrix) {
    return at(matrix, stridesA) * matrixA;
  }

  /** First element of the right factor of matrix {@code matrix}. */
  long b(long matrix) {
    return at(matrix, stridesB) * matrixB;
  }

  private long at(long matrix, long[] strides) {
    long at = 0;
    long rest = matrix;
    for (int d = dims.length - 1; d >= 0; d--) {
      at += rest % dims[d] * strides[d];
      rest /= dims[d];
    }
    return at;
  }
}

package dev.pith.kernels.pool;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * Zeros with each x[i] put where indices[i] says: what undoes a max pool. An index is a flat
 * position in a tensor of shape {@code indexed}; y has the element at the same coordinates. An
 * index outside either fails the run.
 *
 * @param dtype element type of x and y
 * @param count elements of x and of the indices (I64)
 * @param indexed shape that indices count in
 * @param output shape of y, of the same rank
 */
public record UnpoolProblem(DType dtype, long count, Shape indexed, Shape output)
    implements Problem {

  /** Position in y that {@code index} stands for, or −1 where there is none. */
  long position(long index) {
    if (index < 0 || index >= indexed.elementCount()) {
      return -1;
    }
    long at = 0;
    long size = 1;
    for (int d = indexed.rank() - 1; d >= 0; d--) {
      long coordinate = index % indexed.dim(d);
      if (coordinate >= output.dim(d)) {
        return -1;
      }
      index /= indexed.dim(d);
      at += coordinate * size;
      size *= output.dim(d);
    }
    return at;
  }

  @Override
  public long work() {
    return output.elementCount();
  }
}

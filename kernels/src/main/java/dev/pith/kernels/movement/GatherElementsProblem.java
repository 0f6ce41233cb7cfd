package dev.pith.kernels.movement;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * y[i₀ … iₖ …] = x[i₀ … indices[i₀ … iₖ …] …] with the index in place of iₖ, k the axis. A negative
 * index counts from the end; one outside fails the run. ONNX GatherElements.
 *
 * @param dtype element type of x and y
 * @param indexType I32 or I64
 * @param x extents of input 0
 * @param indices extents of input 1 and of y; along other axes than {@code axis} at most those of x
 * @param axis k
 */
public record GatherElementsProblem(DType dtype, DType indexType, Shape x, Shape indices, int axis)
    implements Problem {

  @Override
  public long work() {
    return indices.elementCount();
  }
}

package dev.pith.kernels.movement;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * A copy of x with elements met by updates: y = x, then in row-major order y[i₀ … indices[i₀ … iₖ
 * …] …] meets updates[i₀ … iₖ …], with the index in place of iₖ, k the axis. A negative index
 * counts from the end; one outside fails the run. ONNX ScatterElements.
 *
 * <p>Inputs: x, indices, updates.
 *
 * @param dtype element type of x, updates and y
 * @param indexType I32 or I64
 * @param x extents of x and y
 * @param indices extents of indices and updates
 * @param axis k
 * @param reduction how elements meet
 */
public record ScatterElementsProblem(
    DType dtype, DType indexType, Shape x, Shape indices, int axis, ScatterReduction reduction)
    implements Problem {

  @Override
  public long work() {
    return x.elementCount() + indices.elementCount();
  }
}

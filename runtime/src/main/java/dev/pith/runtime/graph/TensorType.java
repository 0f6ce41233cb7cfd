package dev.pith.runtime.graph;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * Element type and concrete extents of a value.
 *
 * @param dtype element type
 * @param shape extents
 */
public record TensorType(DType dtype, Shape shape) {

  /** {@code F32[1, 3, 224, 224]}. */
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}

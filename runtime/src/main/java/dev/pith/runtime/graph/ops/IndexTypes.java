package dev.pith.runtime.graph.ops;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checks that several operations with indices share. */
final class IndexTypes {

  private IndexTypes() {}

  /** Type of input {@code index}, which must hold indices. */
  static TensorType indices(OpContext context, int index) {
    TensorType type = context.input(index);
    if (type.dtype() != DType.I32 && type.dtype() != DType.I64) {
      throw new IllegalArgumentException(
          "input " + index + " is " + type + "; indices are I32 or I64");
    }
    return type;
  }

  /**
   * Type of input {@code index}, which must hold elements like {@code x} in shape {@code shape}.
   */
  static void updates(OpContext context, int index, TensorType x, Shape shape) {
    TensorType updates = context.input(index);
    if (updates.dtype() != x.dtype() || !updates.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "updates " + updates + " do not fit " + x + "; " + x.dtype() + shape + " is needed");
    }
  }

  /** Checks that {@code indices} picks, along {@code axis}, from the other axes of {@code x}. */
  static void elements(Shape x, Shape indices, int axis) {
    boolean fits = indices.rank() == x.rank();
    for (int d = 0; fits && d < x.rank(); d++) {
      fits = d == axis || indices.dim(d) <= x.dim(d);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "indices of shape " + indices + " do not fit " + x + " along axis " + axis);
    }
  }

  /**
   * Extents of {@code x}, behind the first {@code batch} axes, that tuples of the last axis of
   * {@code indices} pick from.
   */
  static List<Long> extents(Shape x, Shape indices, int batch) {
    if (indices.rank() <= batch
        || x.rank() < batch
        || indices.dim(-1) > x.rank() - batch
        || !Arrays.equals(x.dims(), 0, batch, indices.dims(), 0, batch)) {
      throw new IllegalArgumentException(
          "index tuples of shape " + indices + " do not fit " + x + " behind " + batch + " axes");
    }
    List<Long> extents = new ArrayList<>();
    for (int d = 0; d < indices.dim(-1); d++) {
      extents.add(x.dim(batch + d));
    }
    return extents;
  }
}

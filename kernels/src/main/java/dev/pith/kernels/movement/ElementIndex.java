package dev.pith.kernels.movement;

import dev.pith.kernels.tensor.Shape;

/**
 * Which element of one tensor stands at the coordinates of an element of another of equal rank,
 * with one coordinate replaced.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ElementIndex(long[] dims, long[] strides, int axis) {

  /** From elements of {@code from} to elements of {@code to}, the coordinate along {@code axis}. */
  static ElementIndex of(Shape from, Shape to, int axis) {
    return new ElementIndex(from.dims(), to.strides(), axis);
  }

  /** The element for {@code element}, with {@code replacement} as the coordinate. */
  long place(long element, long replacement) {
    long place = replacement * strides[axis];
    for (int d = dims.length - 1; d >= 0; d--) {
      if (d != axis) {
        place += element % dims[d] * strides[d];
      }
      element /= dims[d];
    }
    return place;
  }
}

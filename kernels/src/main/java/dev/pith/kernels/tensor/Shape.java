package dev.pith.kernels.tensor;

import java.util.Arrays;

/** Immutable extents of a tensor, outermost first, row-major; every extent is 0 or more. */
public final class Shape {

  /** The shape of a scalar: rank 0, one element. */
  public static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dims;
  private final long elementCount;

  private Shape(long[] dims) {
    this.dims = dims;
    long count = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "extent " + dim + " in shape " + Arrays.toString(dims) + " is negative");
      }
      if (Math.multiplyHigh(count, dim) != 0 || count * dim < 0) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(dims) + " has more than 2^63 elements");
      }
      count *= dim;
    }
    this.elementCount = count;
  }

  /**
   * A shape with the given extents.
   *
   * @throws IllegalArgumentException if an extent is negative, or the element count does not fit a
   *     long
   */
  public static Shape of(long... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** Number of extents. */
  public int rank() {
    return dims.length;
  }

  /** Extent {@code axis}; negative axes count from the end. */
  public long dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  /** Extent {@code axis} as an int; negative axes count from the end. */
  public int dimInt(int axis) {
    return Math.toIntExact(dim(axis));
  }

  /** A copy of all extents. */
  public long[] dims() {
    return dims.clone();
  }

  /** Product of all extents; 1 for a scalar. */
  public long elementCount() {
    return elementCount;
  }

  /** Product of the extents from axis {@code from} (inclusive) to {@code to} (exclusive). */
  public long elementCount(int from, int to) {
    long count = 1;
    for (int i = from; i < to; i++) {
      count *= dims[i];
    }
    return count;
  }

  /** Elements between neighbours along each axis, row-major. */
  public long[] strides() {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strides;
  }

  /** This shape with extent {@code axis} replaced. */
  public Shape with(int axis, long dim) {
    long[] copy = dims.clone();
    copy[axis < 0 ? axis + copy.length : axis] = dim;
    return new Shape(copy);
  }

  /**
   * The shape both broadcast to (NumPy rules).
   *
   * @throws IllegalArgumentException if two extents differ and neither is 1
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      long x = i < rank - a.rank() ? 1 : a.dims[i - rank + a.rank()];
      long y = i < rank - b.rank() ? 1 : b.dims[i - rank + b.rank()];
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException("shapes " + a + " and " + b + " do not broadcast");
      }
      dims[i] = x == 1 ? y : x;
    }
    return Shape.of(dims);
  }

  /**
   * Strides with which a tensor of this shape is read when broadcast to {@code target}: 0 along
   * repeated axes; one entry for each axis of {@code target}.
   */
  public long[] broadcastStrides(Shape target) {
    long[] own = strides();
    long[] strides = new long[target.rank()];
    int shift = target.rank() - rank();
    for (int i = 0; i < rank(); i++) {
      strides[i + shift] = dims[i] == 1 ? 0 : own[i];
    }
    return strides;
  }

  /** {@code axis} counted from the front; throws if it is outside [−rank, rank). */
  public int axis(long axis) {
    if (axis < -rank() || axis >= rank()) {
      throw new IllegalArgumentException(
          "axis " + axis + " is outside shape " + this + " of rank " + rank());
    }
    return (int) (axis < 0 ? axis + rank() : axis);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** {@code [1, 3, 224, 224]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}

package dev.pith.kernels.movement;

import dev.pith.kernels.tensor.Shape;
import java.util.Arrays;

/**
 * Some elements of a dense tensor in some order: element (i₀, i₁ …) of the view is element {@code
 * offset + Σ iₖ·strides[k]} of the tensor. Immutable.
 */
public final class StridedView {

  private final long offset;
  private final long[] dims;
  private final long[] strides;

  private StridedView(long offset, long[] dims, long[] strides) {
    this.offset = offset;
    this.dims = dims;
    this.strides = strides;
  }

  /** All elements of a tensor of shape {@code shape}. */
  public static StridedView of(Shape shape) {
    return new StridedView(0, shape.dims(), shape.strides());
  }

  /** Extents of the view. */
  public Shape shape() {
    return Shape.of(dims);
  }

  long offset() {
    return offset;
  }

  long stride(int axis) {
    return strides[axis];
  }

  /** Axis k of the result is axis {@code order[k]} of this view. */
  public StridedView permute(int... order) {
    long[] newDims = new long[order.length];
    long[] newStrides = new long[order.length];
    for (int k = 0; k < order.length; k++) {
      newDims[k] = dims[order[k]];
      newStrides[k] = strides[order[k]];
    }
    return new StridedView(offset, newDims, newStrides);
  }

  /**
   * Positions {@code start}, {@code start + step} … along {@code axis}, {@code count} of them; a
   * step of 0 repeats one position.
   *
   * @throws IllegalArgumentException if a position is outside the axis
   */
  public StridedView slice(int axis, long start, long step, long count) {
    long last = count == 0 ? start : Math.addExact(start, Math.multiplyExact(step, count - 1));
    if (count > 0 && (Math.min(start, last) < 0 || Math.max(start, last) >= dims[axis])) {
      throw new IllegalArgumentException(
          "positions " + start + " to " + last + " leave axis " + axis + " of " + shape());
    }
    long[] newDims = dims.clone();
    long[] newStrides = strides.clone();
    newDims[axis] = count;
    newStrides[axis] = strides[axis] * step;
    return new StridedView(count == 0 ? 0 : offset + start * strides[axis], newDims, newStrides);
  }

  /**
   * This view with {@code axis} seen as two, the inner of {@code inner} elements.
   *
   * @throws IllegalArgumentException if the axis does not divide
   */
  public StridedView split(int axis, long inner) {
    if (inner <= 0 || dims[axis] % inner != 0) {
      throw new IllegalArgumentException(
          "extent " + dims[axis] + " of " + shape() + " is no multiple of " + inner);
    }
    StridedView wider = insert(axis, dims[axis] / inner, strides[axis] * inner);
    wider.dims[axis + 1] = inner;
    return wider;
  }

  /** This view repeated {@code count} times along a new axis before {@code axis}. */
  public StridedView repeat(int axis, long count) {
    return insert(axis, count, 0);
  }

  private StridedView insert(int axis, long dim, long stride) {
    long[] newDims = new long[dims.length + 1];
    long[] newStrides = new long[dims.length + 1];
    for (int k = 0; k < newDims.length; k++) {
      newDims[k] = k == axis ? dim : dims[k < axis ? k : k - 1];
      newStrides[k] = k == axis ? stride : strides[k < axis ? k : k - 1];
    }
    return new StridedView(offset, newDims, newStrides);
  }

  /**
   * This view broadcast to {@code target} (NumPy rules).
   *
   * @throws IllegalArgumentException if it does not broadcast to exactly that shape
   */
  public StridedView broadcast(Shape target) {
    if (!Shape.broadcast(shape(), target).equals(target)) {
      throw new IllegalArgumentException(shape() + " does not broadcast to " + target);
    }
    long[] newStrides = new long[target.rank()];
    int shift = target.rank() - dims.length;
    for (int k = 0; k < dims.length; k++) {
      newStrides[k + shift] = dims[k] == 1 ? 0 : strides[k];
    }
    return new StridedView(offset, target.dims(), newStrides);
  }

  /** {@code [2, 3] by [1, 2] from 0}: extents, strides, offset. */
  @Override
  public String toString() {
    return Arrays.toString(dims) + " by " + Arrays.toString(strides) + " from " + offset;
  }
}

package dev.pith.kernels.layout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A dense tensor seen as the matrix that layouts encode. */
final class WeightMatrix {

  private final Tensor dense;
  private final MemorySegment values;
  private final int bits;
  private final boolean isFloat;

  private WeightMatrix(Tensor dense) {
    this.dense = dense;
    this.values = dense.values();
    this.bits = dense.dtype().bits();
    this.isFloat = dense.dtype().isFloat();
  }

  /** The matrix of {@code dense}, which {@code layout} is to hold. */
  static WeightMatrix of(Tensor dense, Layout layout) {
    if (!dense.isDense()) {
      throw new IllegalArgumentException(
          layout.name() + " encodes dense tensors; this one is " + dense);
    }
    LayoutChecks.type(dense.dtype(), dense.shape(), layout);
    return new WeightMatrix(dense);
  }

  long rows() {
    return dense.rows();
  }

  int columns() {
    return (int) dense.columns();
  }

  DType dtype() {
    return dense.dtype();
  }

  /** Whether the element is 0 (or −0.0). */
  boolean isZero(long row, long column) {
    long i = row * dense.columns() + column;
    return switch (bits) {
      case 8 -> values.get(JAVA_BYTE, i) == 0;
      case 16 -> (values.get(Elements.I16, 2 * i) & (isFloat ? 0x7FFF : 0xFFFF)) == 0;
      default -> (values.get(Elements.I32, 4 * i) & (isFloat ? 0x7FFFFFFF : -1)) == 0;
    };
  }

  /** Non-zeros of a row. */
  long count(long row) {
    long count = 0;
    for (int column = 0; column < columns(); column++) {
      count += isZero(row, column) ? 0 : 1;
    }
    return count;
  }

  /**
   * Non-zeros of the matrix.
   *
   * @throws IllegalArgumentException if there are 2³¹ or more
   */
  long count() {
    long count = 0;
    for (long row = 0; row < rows(); row++) {
      count += count(row);
    }
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          dense + " has " + count + " non-zero elements; a sparse layout holds fewer than 2^31");
    }
    return count;
  }

  /** Copies an element; −0.0 becomes 0. */
  void copy(long row, long column, MemorySegment target, long index) {
    if (isZero(row, column)) {
      return; // allocated memory is zero
    }
    StoredValues.copy(dtype(), values, row * dense.columns() + column, target, index);
  }

  /** Zeroed memory for {@code count} elements of {@code dtype}. */
  static MemorySegment allocate(Arena arena, DType dtype, long count) {
    return allocate(arena, dtype.byteSize(count));
  }

  /** Zeroed memory. */
  static MemorySegment allocate(Arena arena, long bytes) {
    return arena.allocate(Math.max(bytes, 1), Tensor.ALIGNMENT).asSlice(0, bytes);
  }

  /** The encoded form, with the dense tensor's type, shape and quantization. */
  Tensor encoded(Layout layout, MemorySegment... components) {
    return Tensor.over(dense.dtype(), dense.shape(), layout, List.of(components))
        .withQuantization(dense.quantization());
  }
}

package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Puts constant weights in Pith's order. Stateless, thread-safe. */
public final class WeightOrder {

  /** Rows and columns copied together, so that both sides stay in the first-level cache. */
  private static final long TILE = 32;

  private WeightOrder() {}

  /** {@code [O, I, kernel]} as {@code [O, kernel, I]}. */
  public static Tensor channelsLast(Tensor weight) {
    Shape shape = weight.shape();
    long[] dims = new long[shape.rank()];
    dims[0] = shape.dim(0);
    for (int i = 2; i < dims.length; i++) {
      dims[i - 1] = shape.dim(i);
    }
    dims[dims.length - 1] = shape.dim(1);
    long taps = shape.elementCount(2, shape.rank());
    return transposed(weight, shape.dim(0), shape.dim(1), taps, Shape.of(dims));
  }

  /** {@code [R, C]} as {@code [C, R]}. */
  public static Tensor transposed(Tensor matrix) {
    Shape shape = matrix.shape();
    Shape other = Shape.of(shape.dim(1), shape.dim(0));
    return transposed(matrix, 1, shape.dim(0), shape.dim(1), other);
  }

  private static Tensor transposed(
      Tensor source, long batch, long rows, long columns, Shape shape) {
    if (rows == 1 || columns == 1) {
      return source.reshaped(shape);
    }
    if (source.dtype().bits() < 8) {
      throw new IllegalArgumentException("weights of type " + source.dtype() + " are too narrow");
    }
    Tensor target = Tensor.allocate(Arena.ofAuto(), source.dtype(), shape);
    for (long item = 0; item < batch; item++) {
      for (long row = 0; row < rows; row += TILE) {
        for (long column = 0; column < columns; column += TILE) {
          copyTile(source, target, item * rows * columns, row, column, rows, columns);
        }
      }
    }
    return target;
  }

  private static void copyTile(
      Tensor source, Tensor target, long base, long row, long column, long rows, long columns) {
    MemorySegment from = source.values();
    MemorySegment to = target.values();
    int bytes = source.dtype().bits() / 8;
    for (long r = row; r < Math.min(rows, row + TILE); r++) {
      for (long c = column; c < Math.min(columns, column + TILE); c++) {
        long read = base + r * columns + c;
        long write = base + c * rows + r;
        switch (bytes) {
          case 1 -> to.set(ValueLayout.JAVA_BYTE, write, from.get(ValueLayout.JAVA_BYTE, read));
          case 2 -> to.setAtIndex(SHORT, write, from.getAtIndex(SHORT, read));
          case 4 -> to.setAtIndex(INT, write, from.getAtIndex(INT, read));
          default -> to.setAtIndex(LONG, write, from.getAtIndex(LONG, read));
        }
      }
    }
  }

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
}

package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * An int8 weight as fp32 weights, cut by columns into pieces so small that every sum with integers
 * up to 255 stays below 2²⁴: then fp32 adds them without rounding, in any order.
 */
final class ExactPieces {

  private static final long EXACT = 1L << 24;

  private ExactPieces() {}

  /** First column of each piece, and the number of columns. */
  static int[] cuts(byte[] values, int rows, int columns) {
    List<Integer> cuts = new ArrayList<>(List.of(0));
    long[] sums = new long[rows];
    for (int column = 0; column < columns; column++) {
      boolean full = false;
      for (int row = 0; row < rows; row++) {
        full |= sums[row] + 255L * Math.abs(values[row * columns + column]) >= EXACT;
      }
      if (full) {
        cuts.add(column);
        java.util.Arrays.fill(sums, 0);
      }
      for (int row = 0; row < rows; row++) {
        sums[row] += 255L * Math.abs(values[row * columns + column]);
      }
    }
    cuts.add(columns);
    return cuts.stream().mapToInt(Integer::intValue).toArray();
  }

  /** All values of an I8 weight of any layout, row by row. */
  static byte[] decoded(Tensor weight) {
    try (Arena arena = Arena.ofConfined()) {
      long count = weight.rows() * weight.columns();
      MemorySegment rows = arena.allocate(count + 8, 8);
      weight.layout().decodeRows(weight, 0, weight.rows(), rows);
      byte[] values = new byte[Math.toIntExact(count)];
      MemorySegment.copy(rows, JAVA_BYTE, 0, values, 0, values.length);
      return values;
    }
  }

  /** The weight as F32, zero but for columns {@code from} to {@code to}. */
  static Tensor piece(Tensor weight, byte[] values, int from, int to, Arena arena) {
    int columns = Math.toIntExact(weight.columns());
    Tensor piece = Tensor.allocate(arena, DType.F32, weight.shape());
    float[] row = new float[columns];
    for (int r = 0; r < values.length / Math.max(1, columns); r++) {
      for (int column = from; column < to; column++) {
        row[column] = values[r * columns + column];
      }
      MemorySegment.copy(row, 0, piece.values(), Elements.F32, 4L * r * columns, columns);
    }
    return piece;
  }
}

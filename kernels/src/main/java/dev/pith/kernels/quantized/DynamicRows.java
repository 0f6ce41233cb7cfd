package dev.pith.kernels.quantized;

import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Rows of F32 activations quantized at run time, in the shared workspace of one run: first all U8
 * values, then a scale and a zero point for each row.
 *
 * @param rows number of rows (or images)
 * @param columns elements of a row
 */
record DynamicRows(long rows, long columns) {

  /** Bytes of workspace. */
  long bytes() {
    return parameters() + rows * 8;
  }

  private long parameters() {
    return rows * columns + 63 & -64;
  }

  /** The U8 values, row-major. */
  MemorySegment values(MemorySegment shared) {
    return shared.asSlice(0, rows * columns);
  }

  /** Scale of row {@code row}. */
  float scale(MemorySegment shared, long row) {
    return shared.get(Elements.F32, parameters() + row * 8);
  }

  /** Zero point of row {@code row}. */
  int zeroPoint(MemorySegment shared, long row) {
    return shared.get(Elements.I32, parameters() + row * 8 + 4);
  }

  /** Stores scale and zero point of row {@code row}. */
  void set(MemorySegment shared, long row, float scale, int zeroPoint) {
    shared.set(Elements.F32, parameters() + row * 8, scale);
    shared.set(Elements.I32, parameters() + row * 8 + 4, zeroPoint);
  }

  /** Finds the range of rows {@code from} to {@code to} of {@code x} and quantizes them. */
  void quantize(MemorySegment x, MemorySegment shared, long from, long to) {
    for (long row = from; row < Math.min(to, rows); row++) {
      long first = row * columns;
      long end = first + columns;
      float min = DynamicRange.min(x, first, end);
      float scale = DynamicRange.scale(min, DynamicRange.max(x, first, end));
      int zero = DynamicRange.zeroPoint(min, scale);
      set(shared, row, scale, zero);
      DynamicRange.quantize(x, first, end, scale, zero, shared, first);
    }
  }
}

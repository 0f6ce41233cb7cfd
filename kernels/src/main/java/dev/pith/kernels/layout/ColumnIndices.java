package dev.pith.kernels.layout;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Column numbers as U16 where all of them fit, else as U32. */
final class ColumnIndices {

  private ColumnIndices() {}

  /** The narrowest type for numbers below {@code count}. */
  static DType type(long count) {
    return count <= 1 << 16 ? DType.U16 : DType.U32;
  }

  /** Number {@code i}. */
  static int get(MemorySegment indices, boolean wide, long i) {
    return wide ? indices.get(Elements.I32, 4 * i) : indices.get(Elements.I16, 2 * i) & 0xFFFF;
  }

  /** Numbers {@code from} to {@code to}. */
  static int[] list(MemorySegment indices, boolean wide, long from, long to) {
    if (wide) {
      return indices.asSlice(4 * from, 4 * (to - from)).toArray(Elements.I32);
    }
    short[] narrow = indices.asSlice(2 * from, 2 * (to - from)).toArray(Elements.I16);
    int[] list = new int[narrow.length];
    for (int i = 0; i < list.length; i++) {
      list[i] = narrow[i] & 0xFFFF;
    }
    return list;
  }

  /** Sets number {@code i}. */
  static void set(MemorySegment indices, boolean wide, long i, int value) {
    if (wide) {
      indices.set(Elements.I32, 4 * i, value);
    } else {
      indices.set(Elements.I16, 2 * i, (short) value);
    }
  }

  /**
   * The first of the ascending numbers {@code from} to {@code to} that is at least {@code least}.
   */
  static int lowerBound(MemorySegment indices, boolean wide, int from, int to, int least) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(indices, wide, middle) < least) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

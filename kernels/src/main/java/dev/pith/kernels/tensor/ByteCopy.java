package dev.pith.kernels.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Copies of short rows of bytes, for which the checks of a bulk copy would cost more than the copy.
 */
public final class ByteCopy {

  private static final int BULK = 128;

  private ByteCopy() {}

  /** Copies {@code count} bytes; the ranges do not overlap. */
  public static void copy(MemorySegment from, long at, MemorySegment to, long target, int count) {
    if (count > BULK) {
      MemorySegment.copy(from, at, to, target, count);
      return;
    }
    int i = 0;
    for (; i + 8 <= count; i += 8) {
      to.set(Elements.I64, target + i, from.get(Elements.I64, at + i));
    }
    if (i < count && count >= 8) {
      // The last eight bytes, some of them again.
      to.set(Elements.I64, target + count - 8, from.get(Elements.I64, at + count - 8));
    } else {
      for (; i < count; i++) {
        to.set(JAVA_BYTE, target + i, from.get(JAVA_BYTE, at + i));
      }
    }
  }

  /** Copies {@code count} bytes that are {@code stride} apart. */
  public static void gather(
      MemorySegment from, long at, int stride, MemorySegment to, long target, int count) {
    int i = 0;
    if (stride == 2) {
      for (; i + 4 <= count && at + 2L * i + 8 <= from.byteSize(); i += 4) {
        long v = from.get(Elements.I64, at + 2L * i) & 0x00FF00FF00FF00FFL;
        v = (v | v >>> 8) & 0x0000FFFF0000FFFFL;
        to.set(Elements.I32, target + i, (int) (v | v >>> 16));
      }
    }
    for (; i < count; i++) {
      to.set(JAVA_BYTE, target + i, from.get(JAVA_BYTE, at + (long) i * stride));
    }
  }
}

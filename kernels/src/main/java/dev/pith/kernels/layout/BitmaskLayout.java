package dev.pith.kernels.layout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One bit for each element, and the values of those whose bit is set: {@code values} row by row;
 * {@code bits}, each row beginning at a byte, column c at bit c mod 8 of byte c / 8, unused bits 0;
 * {@code rowStarts} (U32), the number of values before every {@link #interval}-th row, so that the
 * index costs at most 1/16 bit an element however short rows are.
 */
public record BitmaskLayout() implements SparseLayout {

  private static final int INTERVAL_ELEMENTS = 512;

  @Override
  public int id() {
    return 2;
  }

  @Override
  public List<Integer> parameters() {
    return List.of();
  }

  @Override
  public String name() {
    return "bitmask";
  }

  @Override
  public List<String> componentNames() {
    return List.of("values", "bits", "rowStarts");
  }

  /** Rows from one entry of {@code rowStarts} to the next: the least that have 512 elements. */
  static long interval(long columns) {
    return columns == 0 ? 1 << 20 : (INTERVAL_ELEMENTS + columns - 1) / columns;
  }

  private static long rowBytes(long columns) {
    return (columns + 7) / 8;
  }

  private static long starts(Tensor tensor) {
    long interval = interval(tensor.columns());
    return (tensor.rows() + interval - 1) / interval;
  }

  @Override
  public Tensor encode(Tensor dense, Arena arena) {
    WeightMatrix matrix = WeightMatrix.of(dense, this);
    long rowBytes = rowBytes(matrix.columns());
    long interval = interval(matrix.columns());
    MemorySegment values = WeightMatrix.allocate(arena, matrix.dtype(), matrix.count());
    MemorySegment bits = WeightMatrix.allocate(arena, Math.multiplyExact(matrix.rows(), rowBytes));
    MemorySegment starts = WeightMatrix.allocate(arena, 4 * starts(dense));
    int at = 0;
    for (long row = 0; row < matrix.rows(); row++) {
      if (row % interval == 0) {
        starts.set(Elements.I32, 4 * (row / interval), at);
      }
      for (int column = 0; column < matrix.columns(); column++) {
        if (!matrix.isZero(row, column)) {
          matrix.copy(row, column, values, at++);
          long b = row * rowBytes + column / 8;
          bits.set(JAVA_BYTE, b, (byte) (bits.get(JAVA_BYTE, b) | 1 << column % 8));
        }
      }
    }
    return matrix.encoded(this, values, bits, starts);
  }

  /** Eight bytes of bits at {@code at}; those behind the end are 0. */
  private static long word(MemorySegment bits, long at) {
    if (at + 8 <= bits.byteSize()) {
      return bits.get(Elements.I64, at);
    }
    long word = 0;
    for (long i = bits.byteSize() - 1; i >= at; i--) {
      word = word << 8 | bits.get(JAVA_BYTE, i) & 255;
    }
    return word;
  }

  /** Set bits among the {@code count} bits that begin at byte {@code at}. */
  private static int ones(MemorySegment bits, long at, long count) {
    int ones = 0;
    long done = 0;
    for (; done + 64 <= count; done += 64) {
      ones += Long.bitCount(word(bits, at + done / 8));
    }
    return done == count
        ? ones
        : ones + Long.bitCount(word(bits, at + done / 8) & (1L << count - done) - 1);
  }

  @Override
  public int positions(
      Tensor encoded, long group, int from, int to, MemorySegment s, RowLists lists) {
    MemorySegment bits = encoded.component(1);
    long columns = encoded.columns();
    long rowBytes = rowBytes(columns);
    long interval = interval(columns);
    long indexed = group / interval;
    long row = group * rowBytes;
    int position = encoded.component(2).get(Elements.I32, 4 * indexed);
    // Unused bits of rows are 0, so rows in between are counted in one go.
    position += ones(bits, indexed * interval * rowBytes, (group % interval) * rowBytes * 8);
    position += ones(bits, row, from & -8);
    int count = 0;
    for (int base = from & -8; base < to; base += 64) {
      long word = word(bits, row + base / 8);
      if (base < from) {
        int before = from - base;
        position += Long.bitCount(word & (1L << before) - 1);
        word &= -1L << before;
      }
      if (to - base < 64) {
        word &= (1L << to - base) - 1;
      }
      while (word != 0) {
        int column = base + Long.numberOfTrailingZeros(word);
        s.set(Elements.I32, lists.offsets() + 4L * count, (column - from) * lists.stride());
        s.set(Elements.I32, lists.values() + 4L * count, position++);
        count++;
        word &= word - 1;
      }
    }
    return count;
  }

  @Override
  public long checkPattern(Tensor encoded) {
    long columns = encoded.columns();
    long rowBytes = rowBytes(columns);
    LayoutChecks.size(encoded, 1, Math.multiplyExact(encoded.rows(), rowBytes));
    LayoutChecks.size(encoded, 2, 4 * starts(encoded));
    MemorySegment bits = encoded.component(1);
    int unused = (int) (rowBytes * 8 - columns);
    long count = 0;
    for (long row = 0; row < encoded.rows(); row++) {
      if (row % interval(columns) == 0) {
        long at = row / interval(columns);
        long start = encoded.component(2).get(Elements.I32, 4 * at) & 0xFFFFFFFFL;
        if (start != count || count > Integer.MAX_VALUE) {
          throw LayoutChecks.bad(encoded, 2, at, start, count + " bits are set before its row");
        }
      }
      if (unused > 0) {
        long last = (row + 1) * rowBytes - 1;
        int value = bits.get(JAVA_BYTE, last) & 255;
        if (value >> 8 - unused != 0) {
          throw LayoutChecks.bad(
              encoded, 1, last, value, "its upper " + unused + " bits must be 0");
        }
      }
      count += ones(bits, row * rowBytes, rowBytes * 8);
    }
    return count;
  }
}

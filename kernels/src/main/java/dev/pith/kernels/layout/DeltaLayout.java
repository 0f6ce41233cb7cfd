package dev.pith.kernels.layout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Distances between non-zeros in 4 or 8 bits: {@code values} row by row; {@code codes}, of which
 * the two of a byte begin in its low half; {@code rowOffsets} and {@code codeOffsets} (U32, rows +
 * 1), the first value and the first code of each row.
 *
 * <p>A row is read from column 0 on. A code below the largest (15 or 255) skips as many columns,
 * and the next column holds a value; the largest skips as many columns and nothing else. The last
 * code of a row is never the largest.
 *
 * @param bits bits of a code, 4 or 8
 */
public record DeltaLayout(int bits) implements SparseLayout {

  public DeltaLayout {
    if (bits != 4 && bits != 8) {
      throw new IllegalArgumentException("a delta layout has codes of 4 or 8 bits, not " + bits);
    }
  }

  @Override
  public int id() {
    return 3;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(bits);
  }

  @Override
  public String name() {
    return "delta" + bits;
  }

  @Override
  public List<String> componentNames() {
    return List.of("values", "codes", "rowOffsets", "codeOffsets");
  }

  private int skip() {
    return (1 << bits) - 1;
  }

  private long codeBytes(long count) {
    return bits == 8 ? count : (count + 1) / 2;
  }

  private int code(MemorySegment codes, long i) {
    return bits == 8
        ? codes.get(JAVA_BYTE, i) & 255
        : codes.get(JAVA_BYTE, i >> 1) >> (i & 1) * 4 & 15;
  }

  private void setCode(MemorySegment codes, long i, int code) {
    if (bits == 8) {
      codes.set(JAVA_BYTE, i, (byte) code);
    } else {
      int shift = (int) (i & 1) * 4;
      codes.set(JAVA_BYTE, i >> 1, (byte) (codes.get(JAVA_BYTE, i >> 1) | code << shift));
    }
  }

  @Override
  public Tensor encode(Tensor dense, Arena arena) {
    WeightMatrix matrix = WeightMatrix.of(dense, this);
    long codeCount = 0;
    for (long row = 0; row < matrix.rows(); row++) {
      codeCount += codes(matrix, row, null, 0);
    }
    if (codeCount > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          name() + " would need " + codeCount + " codes for " + dense + "; fewer than 2^31 fit");
    }
    MemorySegment values = WeightMatrix.allocate(arena, matrix.dtype(), matrix.count());
    MemorySegment codes = WeightMatrix.allocate(arena, codeBytes(codeCount));
    MemorySegment rowOffsets = WeightMatrix.allocate(arena, 4 * (matrix.rows() + 1));
    MemorySegment codeOffsets = WeightMatrix.allocate(arena, 4 * (matrix.rows() + 1));
    int value = 0;
    int code = 0;
    for (long row = 0; row < matrix.rows(); row++) {
      code += codes(matrix, row, codes, code);
      for (int column = 0; column < matrix.columns(); column++) {
        if (!matrix.isZero(row, column)) {
          matrix.copy(row, column, values, value++);
        }
      }
      rowOffsets.set(Elements.I32, 4 * (row + 1), value);
      codeOffsets.set(Elements.I32, 4 * (row + 1), code);
    }
    return matrix.encoded(this, values, codes, rowOffsets, codeOffsets);
  }

  /** Writes the codes of a row from place {@code at} on, or only counts them. */
  private int codes(WeightMatrix matrix, long row, MemorySegment codes, int at) {
    int count = 0;
    int gap = 0;
    for (int column = 0; column < matrix.columns(); column++) {
      if (matrix.isZero(row, column)) {
        gap++;
        continue;
      }
      for (; gap >= skip(); gap -= skip()) {
        if (codes != null) {
          setCode(codes, (long) at + count, skip());
        }
        count++;
      }
      if (codes != null) {
        setCode(codes, (long) at + count, gap);
      }
      count++;
      gap = 0;
    }
    return count;
  }

  @Override
  public int positions(
      Tensor encoded, long group, int from, int to, MemorySegment s, RowLists lists) {
    MemorySegment codes = encoded.component(1);
    int position = encoded.component(2).get(Elements.I32, 4 * group);
    long end = encoded.component(3).get(Elements.I32, 4 * group + 4);
    int skip = skip();
    int column = 0;
    int count = 0;
    for (long i = encoded.component(3).get(Elements.I32, 4 * group); i < end; i++) {
      int code = code(codes, i);
      column += code;
      if (code == skip) {
        continue;
      }
      if (column >= to) {
        break;
      }
      if (column >= from) {
        s.set(Elements.I32, lists.offsets() + 4L * count, (column - from) * lists.stride());
        s.set(Elements.I32, lists.values() + 4L * count, position);
        count++;
      }
      position++;
      column++;
    }
    return count;
  }

  @Override
  public long checkPattern(Tensor encoded) {
    long count = LayoutChecks.offsets(encoded, 2, encoded.rows());
    long codeCount = LayoutChecks.offsets(encoded, 3, encoded.rows());
    LayoutChecks.size(encoded, 1, codeBytes(codeCount));
    MemorySegment codes = encoded.component(1);
    if (bits == 4 && codeCount % 2 == 1 && code(codes, codeCount) != 0) {
      throw LayoutChecks.bad(
          encoded, 1, codeCount, code(codes, codeCount), "the unused half byte must be 0");
    }
    for (long row = 0; row < encoded.rows(); row++) {
      long position = encoded.component(2).get(Elements.I32, 4 * row);
      long end = encoded.component(3).get(Elements.I32, 4 * row + 4);
      long column = 0;
      boolean skipped = false;
      for (long i = encoded.component(3).get(Elements.I32, 4 * row); i < end; i++) {
        int code = code(codes, i);
        column += code;
        skipped = code == skip();
        if (column >= encoded.columns() || skipped && i + 1 == end) {
          throw LayoutChecks.bad(
              encoded,
              1,
              i,
              code,
              "row " + row + " would reach column " + column + " of " + encoded.columns());
        }
        if (!skipped) {
          position++;
          column++;
        }
      }
      if (position != encoded.component(2).get(Elements.I32, 4 * row + 4)) {
        throw LayoutChecks.bad(
            encoded,
            2,
            row + 1,
            encoded.component(2).get(Elements.I32, 4 * row + 4),
            "the codes of the row before place " + position + " values");
      }
    }
    return count;
  }
}

package dev.pith.kernels.layout;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * N:M: of each run of {@code m} neighbouring columns at most {@code n} are not zero, and exactly
 * {@code n} are stored.
 *
 * <p>{@code values}: rows × ⌈columns / m⌉ runs × n. {@code metadata}: for each value its column
 * within the run, in ⌈log₂ m⌉ bits, lowest bits first, each row beginning at a byte; strictly
 * ascending within a run. For 2:4 these are two bits a value and four a run, the order NVIDIA's
 * sparse tensor cores define. A run with fewer non-zeros stores zeros at its lowest free columns;
 * values behind the tensor's columns are 0.
 *
 * @param n stored values of a run, 1 to m − 1
 * @param m columns of a run, 2 to 32
 */
public record NmLayout(int n, int m) implements SparseLayout {

  public NmLayout {
    if (n < 1 || n >= m || m > 32) {
      throw new IllegalArgumentException(
          n + ":" + m + " is not possible; 1 <= n < m <= 32 is needed");
    }
  }

  @Override
  public int id() {
    return 5;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(n, m);
  }

  @Override
  public String name() {
    return "nm" + n + ":" + m;
  }

  @Override
  public List<String> componentNames() {
    return List.of("values", "metadata");
  }

  private int bits() {
    return 32 - Integer.numberOfLeadingZeros(m - 1);
  }

  private long runs(long columns) {
    return (columns + m - 1) / m;
  }

  private long rowBits(long columns) {
    return (runs(columns) * n * bits() + 7) / 8 * 8;
  }

  @Override
  public Tensor encode(Tensor dense, Arena arena) {
    WeightMatrix matrix = WeightMatrix.of(dense, this);
    int runs = (int) runs(matrix.columns());
    long stored = storedCount(matrix.rows(), runs, dense);
    MemorySegment values = WeightMatrix.allocate(arena, matrix.dtype(), stored);
    MemorySegment metadata =
        WeightMatrix.allocate(arena, matrix.rows() * (rowBits(matrix.columns()) / 8));
    for (long row = 0; row < matrix.rows(); row++) {
      for (int run = 0; run < runs; run++) {
        int kept = kept(matrix, row, run);
        long at = (row * runs + run) * n;
        long bit = row * rowBits(matrix.columns()) + (long) run * n * bits();
        for (; kept != 0; kept &= kept - 1) {
          int place = Integer.numberOfTrailingZeros(kept);
          long column = (long) run * m + place;
          if (column < matrix.columns()) {
            matrix.copy(row, column, values, at);
          }
          PackedBits.set(metadata, bit, bits(), place);
          at++;
          bit += bits();
        }
      }
    }
    return matrix.encoded(this, values, metadata);
  }

  private long storedCount(long rows, long runs, Tensor tensor) {
    long stored = rows * runs * n;
    if (stored > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          name() + " stores " + stored + " values of " + tensor + "; fewer than 2^31 fit");
    }
    return stored;
  }

  /** The columns of a run that are stored, as bits: its non-zeros, and the lowest others. */
  private int kept(WeightMatrix matrix, long row, int run) {
    int kept = 0;
    for (int place = 0; place < m; place++) {
      long column = (long) run * m + place;
      if (column < matrix.columns() && !matrix.isZero(row, column)) {
        kept |= 1 << place;
      }
    }
    if (Integer.bitCount(kept) > n) {
      throw new IllegalArgumentException(
          "row "
              + row
              + " has "
              + Integer.bitCount(kept)
              + " non-zeros in columns "
              + (long) run * m
              + " to "
              + ((run + 1L) * m - 1)
              + "; "
              + name()
              + " holds "
              + n
              + ": prune the weight to "
              + name()
              + " first");
    }
    while (Integer.bitCount(kept) < n) {
      kept |= Integer.lowestOneBit(~kept);
    }
    return kept;
  }

  @Override
  public int positions(
      Tensor encoded, long group, int from, int to, MemorySegment s, RowLists lists) {
    MemorySegment metadata = encoded.component(1);
    int runs = (int) runs(encoded.columns());
    int bits = bits();
    int first = from / m;
    int position = (int) (group * runs + first) * n;
    long bit = group * rowBits(encoded.columns()) + (long) first * n * bits;
    int count = 0;
    for (int run = first; run * m < to; run++) {
      for (int i = 0; i < n; i++) {
        int column = run * m + PackedBits.get(metadata, bit, bits);
        if (column >= from && column < to) {
          s.set(Elements.I32, lists.offsets() + 4L * count, (column - from) * lists.stride());
          s.set(Elements.I32, lists.values() + 4L * count, position);
          count++;
        }
        position++;
        bit += bits;
      }
    }
    return count;
  }

  @Override
  public long checkPattern(Tensor encoded) {
    long columns = encoded.columns();
    long runs = runs(columns);
    long stored = storedCount(encoded.rows(), runs, encoded);
    LayoutChecks.size(encoded, 1, encoded.rows() * (rowBits(columns) / 8));
    MemorySegment metadata = encoded.component(1);
    for (long row = 0; row < encoded.rows(); row++) {
      long bit = row * rowBits(columns);
      for (long i = 0; i < runs * n; i++, bit += bits()) {
        int place = PackedBits.get(metadata, bit, bits());
        int before = i % n == 0 ? -1 : PackedBits.get(metadata, bit - bits(), bits());
        if (place <= before || place >= m) {
          throw LayoutChecks.bad(
              encoded, 1, row * runs * n + i, place, "places rise within a run and are below " + m);
        }
      }
      for (; bit < (row + 1) * rowBits(columns); bit++) {
        if (PackedBits.get(metadata, bit, 1) != 0) {
          throw LayoutChecks.bad(encoded, 1, bit / 8, 1, "unused bits must be 0");
        }
      }
    }
    return stored;
  }

  @Override
  public void checkPadding(Tensor encoded) {
    long columns = encoded.columns();
    long runs = runs(columns);
    if (columns % m == 0) {
      return;
    }
    for (long row = 0; row < encoded.rows(); row++) {
      for (int i = 0; i < n; i++) {
        long bit = row * rowBits(columns) + ((runs - 1) * n + i) * bits();
        if ((runs - 1) * m + PackedBits.get(encoded.component(1), bit, bits()) >= columns) {
          StoredValues.checkZero(encoded, (row * runs + runs - 1) * n + i);
        }
      }
    }
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Floating-point weights of any layout as lists for {@link X86FmaCode}: only columns with a weight
 * other than zero in one of the rows that share a list are kept. Lists do not cross groups of the
 * convolution; rows that fill up a group's last list are zero.
 *
 * <p>One segment: starts (I32, one for each list and one more), offsets (I32), weights (F32).
 *
 * @param rows rows that share a list
 * @param lists lists of one group of the convolution
 * @param groups groups of the convolution
 * @param entries entries in all
 * @param columns columns of the weight
 * @param chunk columns of a part: lists are cut there, and all lists of a part follow each other
 */
public record X86FmaList(int rows, int lists, int groups, long entries, int columns, int chunk) {

  /** Rows are looked at four at a time. */
  private static final int PANEL = 4;

  /** The order in which columns are added up: a permutation. */
  @FunctionalInterface
  public interface Order {
    /** The column in place {@code place}. */
    int column(int place);
  }

  /** Where the activations of a column lie. */
  @FunctionalInterface
  public interface Offsets {
    /** Bytes from the tile's place. */
    long of(int column);
  }

  private static final class Scan implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final Tensor weight;
    private final int columns;
    private final int groupRows;
    private final MemorySegment panel;

    Scan(Tensor weight, int groups) {
      this.weight = weight;
      this.columns = Math.toIntExact(weight.columns());
      this.groupRows = Math.toIntExact(weight.rows() / groups);
      this.panel = arena.allocate(weight.dtype().byteSize((long) PANEL * columns) + 8, 8);
    }

    int load(int group, int row) {
      int count = Math.min(PANEL, groupRows - row);
      long first = (long) group * groupRows + row;
      weight.layout().decodeRows(weight, first, first + count, panel);
      return count;
    }

    float value(int row, int column) {
      long index = (long) row * columns + column;
      return weight.dtype() == DType.F32
          ? panel.get(Elements.F32, 4 * index)
          : (float) Elements.getDouble(weight.dtype(), panel, index);
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /**
   * Chooses how many rows share a list: whatever costs least with vectors of {@code bits}.
   *
   * @param chunk columns of a part, at least 1; all columns where lists are whole
   */
  public static X86FmaList plan(Tensor weight, int groups, int bits, int chunk) {
    long[] entries = new long[PANEL + 1];
    try (Scan scan = new Scan(weight, groups)) {
      for (int group = 0; group < groups; group++) {
        for (int row = 0; row < scan.groupRows; row += PANEL) {
          int loaded = scan.load(group, row);
          for (int column = 0; column < scan.columns; column++) {
            int mask = 0;
            for (int r = 0; r < loaded; r++) {
              mask |= scan.value(r, column) != 0 ? 1 << r : 0;
            }
            entries[1] += Integer.bitCount(mask);
            entries[2] += ((mask & 3) != 0 ? 1 : 0) + ((mask & 12) != 0 ? 1 : 0);
            entries[4] += mask != 0 ? 1 : 0;
          }
        }
      }
      int best = 4;
      for (int rows = 2; rows >= 1; rows /= 2) {
        if (entries[rows] * X86FmaCode.cost(bits, rows)
            < entries[best] * X86FmaCode.cost(bits, best)) {
          best = rows;
        }
      }
      return new X86FmaList(
          best, (scan.groupRows + best - 1) / best, groups, entries[best], scan.columns, chunk);
    }
  }

  /** Parts that columns are cut into. */
  public int parts() {
    return Math.max(1, (columns + chunk - 1) / chunk);
  }

  /** Byte offset of the offsets. */
  public long offsetsAt() {
    return 4L * (parts() * groups * (long) lists + 1);
  }

  /** Byte offset of the weights. */
  public long weightsAt() {
    return offsetsAt() + 4 * entries;
  }

  /** The lists of {@code weight}. */
  public MemorySegment pack(Tensor weight, Order order, Offsets offsets, Arena arena) {
    MemorySegment packed = arena.allocate(weightsAt() + 4 * entries * rows, 64);
    long entry = 0;
    long list = 0;
    try (Scan scan = new Scan(weight, groups)) {
      for (int part = 0; part < parts(); part++) {
        for (int group = 0; group < groups; group++) {
          for (int row = 0; row < scan.groupRows; row += PANEL) {
            int loaded = scan.load(group, row);
            for (int first = 0; first < loaded; first += rows) {
              packed.set(Elements.I32, 4 * list++, Math.toIntExact(entry));
              int last = Math.min(loaded, first + rows);
              entry = pack(scan, part, first, last, order, offsets, packed, entry);
            }
          }
        }
      }
    }
    packed.set(Elements.I32, 4 * list, Math.toIntExact(entry));
    return packed;
  }

  private long pack(
      Scan scan,
      int part,
      int from,
      int to,
      Order order,
      Offsets offsets,
      MemorySegment packed,
      long entry) {
    int end = Math.min(scan.columns, (part + 1) * chunk);
    for (int place = part * chunk; place < end; place++) {
      int column = order.column(place);
      boolean any = false;
      for (int r = from; r < to; r++) {
        any |= scan.value(r, column) != 0;
      }
      if (any) {
        packed.set(Elements.I32, offsetsAt() + 4 * entry, Math.toIntExact(offsets.of(column)));
        for (int r = from; r < to; r++) {
          long at = weightsAt() + 4 * (entry * rows + r - from);
          packed.set(Elements.F32, at, scan.value(r, column));
        }
        entry++;
      }
    }
    return entry;
  }

  /** The bias of every row of every list, zero for rows that fill up; F32. */
  public MemorySegment packBias(Tensor bias, long outputs, Arena arena) {
    long padded = (long) lists * rows;
    MemorySegment packed = arena.allocate(4 * groups * padded, 64);
    long groupRows = outputs / groups;
    for (long i = 0; bias != null && i < outputs; i++) {
      long at = i / groupRows * padded + i % groupRows;
      packed.set(Elements.F32, 4 * at, (float) bias.getDouble(i));
    }
    return packed;
  }
}

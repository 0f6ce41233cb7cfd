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
 */
public record X86FmaList(int rows, int lists, int groups, long entries) {

  /** Rows are looked at four at a time. */
  private static final int PANEL = 4;

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

  /** Chooses how many rows share a list: whatever costs least with vectors of {@code bits}. */
  public static X86FmaList plan(Tensor weight, int groups, int bits) {
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
        if (entries[rows] * new X86FmaCode(bits, rows).cost()
            < entries[best] * new X86FmaCode(bits, best).cost()) {
          best = rows;
        }
      }
      return new X86FmaList(best, (scan.groupRows + best - 1) / best, groups, entries[best]);
    }
  }

  /** Byte offset of the offsets. */
  public long offsetsAt() {
    return 4L * (groups * (long) lists + 1);
  }

  /** Byte offset of the weights. */
  public long weightsAt() {
    return offsetsAt() + 4 * entries;
  }

  /** The lists of {@code weight}. */
  public MemorySegment pack(Tensor weight, Offsets offsets, Arena arena) {
    MemorySegment packed = arena.allocate(weightsAt() + 4 * entries * rows, 64);
    long entry = 0;
    long list = 0;
    try (Scan scan = new Scan(weight, groups)) {
      for (int group = 0; group < groups; group++) {
        for (int row = 0; row < scan.groupRows; row += PANEL) {
          int loaded = scan.load(group, row);
          for (int first = 0; first < loaded; first += rows) {
            packed.set(Elements.I32, 4 * list++, Math.toIntExact(entry));
            entry = pack(scan, first, Math.min(loaded, first + rows), offsets, packed, entry);
          }
        }
      }
    }
    packed.set(Elements.I32, 4 * list, Math.toIntExact(entry));
    return packed;
  }

  private long pack(
      Scan scan, int from, int to, Offsets offsets, MemorySegment packed, long entry) {
    for (int column = 0; column < scan.columns; column++) {
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

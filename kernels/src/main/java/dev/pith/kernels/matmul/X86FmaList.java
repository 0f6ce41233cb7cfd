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

  /** Rows of the weight as floats in an array, four at a time. */
  private static final class Scan implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final Tensor weight;
    private final int columns;
    private final int groupRows;
    private final MemorySegment panel;

    /** The rows that were loaded last. */
    private final float[] values;

    Scan(Tensor weight, int groups) {
      this.weight = weight;
      this.columns = Math.toIntExact(weight.columns());
      this.groupRows = Math.toIntExact(weight.rows() / groups);
      this.panel = arena.allocate(weight.dtype().byteSize((long) PANEL * columns) + 8, 8);
      this.values = new float[PANEL * columns];
    }

    int load(int group, int row) {
      int count = Math.min(PANEL, groupRows - row);
      long first = (long) group * groupRows + row;
      weight.layout().decodeRows(weight, first, first + count, panel);
      if (weight.dtype() == DType.F32) {
        MemorySegment.copy(panel, Elements.F32, 0, values, 0, count * columns);
      } else {
        widen(count * columns);
      }
      return count;
    }

    private void widen(int count) {
      short[] halves = new short[count];
      MemorySegment.copy(panel, Elements.I16, 0, halves, 0, count);
      boolean brain = weight.dtype() == DType.BF16;
      for (int i = 0; i < count; i++) {
        values[i] = brain ? Float.intBitsToFloat(halves[i] << 16) : Float.float16ToFloat(halves[i]);
      }
    }

    /** Counts entries of lists of 1, 2 and 4 of the {@code loaded} rows. */
    void count(int loaded, long[] entries) {
      for (int column = 0; column < columns; column++) {
        int mask = 0;
        for (int r = 0; r < loaded; r++) {
          mask |= values[r * columns + column] != 0 ? 1 << r : 0;
        }
        entries[1] += Integer.bitCount(mask);
        entries[2] += ((mask & 3) != 0 ? 1 : 0) + ((mask & 12) != 0 ? 1 : 0);
        entries[4] += mask != 0 ? 1 : 0;
      }
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /** One pass over all lists, which counts entries or writes them. */
  private interface Visitor {
    /** Rows {@code from} to {@code to} of what was loaded make up list {@code list}. */
    void list(int list, int from, int to);
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
          scan.count(loaded, entries);
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
    int[] places = new int[columns];
    int[] offset = new int[columns];
    for (int place = 0; place < columns; place++) {
      places[place] = order.column(place);
      offset[place] = Math.toIntExact(offsets.of(places[place]));
    }
    int all = groups * lists;
    int[] next = new int[parts() * all];
    try (Scan scan = new Scan(weight, groups)) {
      visit(
          scan,
          (list, from, to) -> {
            for (int part = 0; part < parts(); part++) {
              next[part * all + list] = collect(scan, part, from, to, places, null);
            }
          });
      int sum = 0;
      for (int i = 0; i < next.length; i++) {
        packed.set(Elements.I32, 4L * i, sum);
        int count = next[i];
        next[i] = sum;
        sum += count;
      }
      packed.set(Elements.I32, 4L * next.length, sum);
      Buffers buffers = new Buffers(new int[columns], new float[columns * rows], offset);
      visit(
          scan,
          (list, from, to) -> {
            for (int part = 0; part < parts(); part++) {
              int count = collect(scan, part, from, to, places, buffers);
              buffers.write(packed, this, next[part * all + list], count);
            }
          });
    }
    return packed;
  }

  private void visit(Scan scan, Visitor visitor) {
    for (int group = 0; group < groups; group++) {
      int list = group * lists;
      for (int row = 0; row < scan.groupRows; row += PANEL) {
        int loaded = scan.load(group, row);
        for (int first = 0; first < loaded; first += rows) {
          visitor.list(list++, first, Math.min(loaded, first + rows));
        }
      }
    }
  }

  /**
   * What entries of one part of a list are collected in, before it is written at once.
   *
   * @param offset offset of the column in each place
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Buffers(int[] offsets, float[] weights, int[] offset) {

    void write(MemorySegment packed, X86FmaList list, long entry, int count) {
      long at = list.offsetsAt() + 4 * entry;
      MemorySegment.copy(offsets, 0, packed, Elements.I32, at, count);
      at = list.weightsAt() + 4 * entry * list.rows;
      MemorySegment.copy(weights, 0, packed, Elements.F32, at, count * list.rows);
    }
  }

  /** Entries of one part of a list; where there are buffers they are put there. */
  private int collect(Scan scan, int part, int from, int to, int[] places, Buffers buffers) {
    float[] values = scan.values;
    int count = 0;
    int end = Math.min(columns, (part + 1) * chunk);
    for (int place = part * chunk; place < end; place++) {
      int at = from * columns + places[place];
      boolean any = false;
      for (int r = 0; r < to - from; r++) {
        any |= values[at + r * columns] != 0;
      }
      if (!any) {
        continue;
      }
      if (buffers != null) {
        buffers.offsets[count] = buffers.offset[place];
        for (int r = 0; r < rows; r++) {
          buffers.weights[count * rows + r] = r < to - from ? values[at + r * columns] : 0;
        }
      }
      count++;
    }
    return count;
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

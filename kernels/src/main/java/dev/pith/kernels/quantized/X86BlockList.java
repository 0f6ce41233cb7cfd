package dev.pith.kernels.quantized;

import dev.pith.kernels.tensor.ByteRows;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Weights of any layout as lists of blocks for {@link X86BlockCode}: only blocks that hold a weight
 * other than zero are kept, so that sparse weights stay as small as their pattern allows. Rows
 * shared by a list do not cross groups of the convolution; rows that fill up a group's last list
 * are zero.
 *
 * <p>One segment: starts (I32, one for each list and one more), offsets (I32), weights.
 *
 * @param rows rows that share a list
 * @param lists lists of one group of the convolution
 * @param groups groups of the convolution
 * @param blocks blocks in all
 */
record X86BlockList(int rows, int lists, int groups, long blocks) {

  /** Where a block's activations lie. */
  @FunctionalInterface
  interface Offsets {
    long of(int tap, int quad);
  }

  /** Rows looked at together: the most that share a list. */
  private static final int PANEL = 16;

  /** Walks over a weight a panel of rows at a time. */
  private static final class Scan {
    private final Tensor weight;
    private final int depth;
    private final int taps;
    private final int groupRows;
    private final ByteRows panel;

    /** Words of a row, of all taps and quads. */
    private final int stride;

    /** For each row loaded its words. */
    private final int[] words;

    Scan(Tensor weight, int depth, int groups) {
      this.weight = weight;
      this.depth = depth;
      this.taps = Math.toIntExact(weight.columns() / depth);
      this.groupRows = Math.toIntExact(weight.rows() / groups);
      this.panel = new ByteRows(PANEL, Math.toIntExact(weight.columns()));
      this.stride = taps * quads();
      // Rows of whole words are read where they are.
      this.words = depth % 4 == 0 ? panel.words() : new int[PANEL * stride];
    }

    int quads() {
      return (depth + 3) / 4;
    }

    /** Decodes the next rows of a group; returns how many there are. */
    int load(int group, int row) {
      int count = Math.min(PANEL, groupRows - row);
      long first = (long) group * groupRows + row;
      panel.load(weight, first, first + count);
      if (words != panel.words()) {
        for (int r = 0; r < count; r++) {
          for (int place = 0; place < stride; place++) {
            words[r * stride + place] = word(r, place / quads(), place % quads());
          }
        }
      }
      return count;
    }

    /** Four weights of one of the rows loaded, 0 for channels that are not there. */
    private int word(int row, int tap, int quad) {
      int word = panel.word(row, tap * depth + 4 * quad);
      int rest = depth - 4 * quad;
      return rest >= 4 ? word : word & (1 << 8 * rest) - 1;
    }
  }

  /**
   * Chooses how many rows share a list: whatever costs least.
   *
   * @param weight I8 matrix of any layout
   * @param depth input channels of a group
   * @param cost what a block of some rows costs
   * @param choices numbers of rows, powers of two up to 16
   */
  static X86BlockList plan(
      Tensor weight, int depth, int groups, IntToDoubleFunction cost, List<Integer> choices) {
    long[] blocks = new long[PANEL + 1];
    Scan scan = new Scan(weight, depth, groups);
    for (int group = 0; group < groups; group++) {
      for (int row = 0; row < scan.groupRows; row += PANEL) {
        count(scan, scan.load(group, row), blocks);
      }
    }
    int best = choices.get(0);
    for (int rows : choices) {
      if (blocks[rows] * cost.applyAsDouble(rows) < blocks[best] * cost.applyAsDouble(best)) {
        best = rows;
      }
    }
    return new X86BlockList(best, (scan.groupRows + best - 1) / best, groups, blocks[best]);
  }

  private static void count(Scan scan, int rows, long[] blocks) {
    int[] masks = new int[scan.stride];
    for (int r = 0; r < rows; r++) {
      mark(scan.words, r * scan.stride, 1 << r, masks);
    }
    for (int mask : masks) {
      for (int together = 1; together <= PANEL && mask != 0; together *= 2) {
        blocks[together] += Integer.bitCount(mask);
        // Bit i of the next mask: rows 2i and 2i + 1 of this one.
        mask = pairs(mask | mask >> 1);
      }
    }
  }

  /** Sets {@code bit} in the mask of each word that is not zero. */
  private static void mark(int[] words, int from, int bit, int[] masks) {
    for (int place = 0; place < masks.length; place++) {
      if (words[from + place] != 0) {
        masks[place] |= bit;
      }
    }
  }

  /** Every other of 16 bits, moved together. */
  private static int pairs(int mask) {
    int bits = mask & 0x5555;
    bits = (bits | bits >> 1) & 0x3333;
    bits = (bits | bits >> 2) & 0x0F0F;
    return (bits | bits >> 4) & 0x00FF;
  }

  /** Byte offset of the offsets. */
  long offsetsAt() {
    return 4L * (groups * (long) lists + 1);
  }

  /** Byte offset of the weights. */
  long weightsAt() {
    return offsetsAt() + 4 * blocks;
  }

  /** Bytes in all. */
  long byteSize() {
    return weightsAt() + 4 * blocks * rows;
  }

  /** The lists of {@code weight}. */
  MemorySegment pack(Tensor weight, int depth, Offsets offsets, Arena arena) {
    MemorySegment packed = arena.allocate(byteSize(), 64);
    long block = 0;
    long list = 0;
    Scan scan = new Scan(weight, depth, groups);
    for (int group = 0; group < groups; group++) {
      for (int row = 0; row < scan.groupRows; row += PANEL) {
        int loaded = scan.load(group, row);
        for (int first = 0; first < loaded; first += rows) {
          packed.set(Elements.I32, 4 * list++, Math.toIntExact(block));
          block = pack(scan, first, Math.min(loaded, first + rows), offsets, packed, block);
        }
      }
    }
    packed.set(Elements.I32, 4 * list, Math.toIntExact(block));
    return packed;
  }

  /** Appends a list; returns the number of blocks so far. */
  private long pack(
      Scan scan, int from, int to, Offsets offsets, MemorySegment packed, long block) {
    int[] any = new int[scan.stride];
    for (int r = from; r < to; r++) {
      mark(scan.words, r * scan.stride, 1, any);
    }
    int[] places = new int[scan.stride];
    int[] words = new int[places.length * rows];
    int count = 0;
    for (int place = 0; place < any.length; place++) {
      if (any[place] != 0) {
        for (int r = from; r < to; r++) {
          words[count * rows + r - from] = scan.words[r * scan.stride + place];
        }
        long offset = offsets.of(place / scan.quads(), place % scan.quads());
        places[count++] = Math.toIntExact(offset);
      }
    }
    MemorySegment.copy(places, 0, packed, Elements.I32, offsetsAt() + 4 * block, count);
    long at = weightsAt() + 4 * block * rows;
    MemorySegment.copy(words, 0, packed, Elements.I32, at, count * rows);
    return block + count;
  }
}

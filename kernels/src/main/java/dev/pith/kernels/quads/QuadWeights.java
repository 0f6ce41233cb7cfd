package dev.pith.kernels.quads;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Weights of a convolution of any layout as lists of blocks: for each list of {@code rows} output
 * channels the blocks of four input channels of one tap that hold a weight other than zero. Groups
 * of the convolution are nothing but a pattern of zeros: quads are those of the whole input, so
 * that groups need not be multiples of four channels. Output channels are filled up to whole quads
 * with rows that have no blocks.
 *
 * <p>One segment: starts (I32, one for each list and one more), offsets (I32, one for each block),
 * weights (four I8 for each row of each block).
 *
 * @param rows output channels that share a list: 1, 2 or 4
 * @param quads quads of output channels
 * @param blocks blocks in all
 */
record QuadWeights(int rows, int quads, long blocks) {

  /** Where a block's activations lie. */
  @FunctionalInterface
  interface Offsets {
    long of(int tap, int quad);
  }

  /** Rows looked at together. */
  private static final int PANEL = 16;

  /** Walks over a weight a panel of rows at a time. */
  private static final class Scan implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final Tensor weight;
    private final int depth;
    private final int taps;
    private final int groupRows;
    private final MemorySegment panel;
    private long first;
    private int loaded;

    Scan(Tensor weight, ConvGeometry g) {
      this.weight = weight;
      this.depth = Math.toIntExact(g.inputChannels() / g.groups());
      this.taps = Math.toIntExact(g.taps());
      this.groupRows = Math.toIntExact(g.outputChannels() / g.groups());
      this.panel = arena.allocate(PANEL * weight.columns(), 8);
    }

    void load(long row) {
      first = row;
      loaded = (int) Math.min(PANEL, weight.rows() - row);
      weight.layout().decodeRows(weight, first, first + loaded, panel);
    }

    private int firstChannel(int row) {
      return row >= loaded ? 0 : (int) ((first + row) / groupRows) * depth;
    }

    /** The first quad that one of {@code count} rows reads. */
    int firstQuad(int row) {
      return firstChannel(row) / 4;
    }

    /** The quad behind the last one that a row reads. */
    int endQuad(int row) {
      return row >= loaded ? 0 : (firstChannel(row) + depth + 3) / 4;
    }

    /** Four weights of row {@code row} of the panel. */
    int word(int row, int tap, int quad) {
      if (row >= loaded) {
        return 0;
      }
      int channel = 4 * quad - firstChannel(row);
      long at = row * weight.columns() + tap * (long) depth + channel;
      if (channel >= 0 && channel + 4 <= depth) {
        return panel.get(Elements.I32, at);
      }
      int word = 0;
      for (int c = Math.max(0, -channel); c < Math.min(4, depth - channel); c++) {
        word |= (panel.get(java.lang.foreign.ValueLayout.JAVA_BYTE, at + c) & 255) << 8 * c;
      }
      return word;
    }

    /** Whether one of {@code count} rows has a weight there. */
    boolean any(int row, int count, int tap, int quad) {
      for (int r = row; r < row + count; r++) {
        if (word(r, tap, quad) != 0) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /**
   * Chooses how many rows share a list: whatever costs least.
   *
   * @param weight I8 matrix of any layout
   * @param cost what a block of some rows costs for each pixel
   * @param choices numbers of rows: 1, 2 or 4
   */
  static QuadWeights plan(
      Tensor weight, ConvGeometry g, IntToDoubleFunction cost, List<Integer> choices) {
    long[] blocks = new long[5];
    try (Scan scan = new Scan(weight, g)) {
      for (long row = 0; row < weight.rows(); row += PANEL) {
        scan.load(row);
        for (int r = 0; r < scan.loaded; r += 4) {
          for (int rows : choices) {
            for (int list = r; list < r + 4; list += rows) {
              blocks[rows] += count(scan, list, rows);
            }
          }
        }
      }
    }
    int best = choices.get(0);
    for (int rows : choices) {
      if (blocks[rows] * cost.applyAsDouble(rows) < blocks[best] * cost.applyAsDouble(best)) {
        best = rows;
      }
    }
    return new QuadWeights(best, Math.toIntExact((weight.rows() + 3) / 4), blocks[best]);
  }

  private static long count(Scan scan, int row, int rows) {
    long blocks = 0;
    for (int tap = 0; tap < scan.taps; tap++) {
      int end = Math.max(scan.endQuad(row), scan.endQuad(row + rows - 1));
      for (int quad = scan.firstQuad(row); quad < end; quad++) {
        blocks += scan.any(row, rows, tap, quad) ? 1 : 0;
      }
    }
    return blocks;
  }

  /** Lists of a quad of output channels. */
  int listsPerQuad() {
    return 4 / rows;
  }

  /** Byte offset of the offsets. */
  long offsetsAt() {
    return 4L * (quads * (long) listsPerQuad() + 1);
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
  MemorySegment pack(Tensor weight, ConvGeometry g, Offsets offsets, Arena arena) {
    MemorySegment packed = arena.allocate(byteSize(), 64);
    long block = 0;
    long list = 0;
    try (Scan scan = new Scan(weight, g)) {
      for (long row = 0; row < weight.rows(); row += PANEL) {
        scan.load(row);
        for (int r = 0; r < (scan.loaded + 3) / 4 * 4; r += rows) {
          packed.set(Elements.I32, 4 * list++, Math.toIntExact(block));
          block = pack(scan, r, offsets, packed, block);
        }
      }
    }
    packed.set(Elements.I32, 4 * list, Math.toIntExact(block));
    return packed;
  }

  private long pack(Scan scan, int row, Offsets offsets, MemorySegment packed, long block) {
    int end = Math.max(scan.endQuad(row), scan.endQuad(row + rows - 1));
    for (int tap = 0; tap < scan.taps; tap++) {
      for (int quad = scan.firstQuad(row); quad < end; quad++) {
        if (scan.any(row, rows, tap, quad)) {
          int offset = Math.toIntExact(offsets.of(tap, quad));
          packed.set(Elements.I32, offsetsAt() + 4 * block, offset);
          for (int r = 0; r < rows; r++) {
            long at = weightsAt() + 4 * (block * rows + r);
            packed.set(Elements.I32, at, scan.word(row + r, tap, quad));
          }
          block++;
        }
      }
    }
    return block;
  }

  /**
   * Where sums begin (I32, a half) and what they are multiplied with (F32), for every output
   * channel of every quad; channels that are not there have 0 of both.
   *
   * @param scale F32 for each row
   * @param bias I32 for each row, or {@code null}
   * @param zero what is taken from each activation: 0 where it is taken already
   */
  MemorySegment packStarts(Tensor weight, Tensor scale, Tensor bias, int zero, Arena arena) {
    long half = 16L * quads;
    MemorySegment packed = arena.allocate(2 * half, 64);
    try (Arena local = Arena.ofConfined()) {
      MemorySegment row = local.allocate(Math.max(1, weight.columns()));
      for (long i = 0; i < weight.rows(); i++) {
        int start = bias == null ? 0 : (int) bias.getLong(i);
        if (zero != 0) {
          weight.layout().decodeRows(weight, i, i + 1, row);
          for (long k = 0; k < weight.columns(); k++) {
            start -= zero * row.get(java.lang.foreign.ValueLayout.JAVA_BYTE, k);
          }
        }
        packed.set(Elements.I32, 4 * i, start);
        packed.set(Elements.F32, half + 4 * i, (float) scale.getDouble(i));
      }
    }
    return packed;
  }
}

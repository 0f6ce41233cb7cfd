package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Adds the product of a block of weight rows and some unpacked tiles to their integer sums, for
 * weights of any layout: dense rows are widened in place; other layouts are decoded four rows at a
 * time, and where the layout is sparse only the weights that are not zero are multiplied.
 * Immutable.
 */
final class TileProduct {

  /** Columns of dense weights unpacked together: with two tiles of 64 columns, 128 KiB. */
  private static final int DENSE_CHUNK = 256;

  private final Int8Tile tile;
  private final Layout layout;
  private final long columns;
  private final TileScratch scratch;

  private TileProduct(Int8Tile tile, Layout layout, long columns, TileScratch scratch) {
    this.tile = tile;
    this.layout = layout;
    this.columns = columns;
    this.scratch = scratch;
  }

  /**
   * @param positions columns of activations there are: no more tiles than these need are set apart
   * @param rows rows of weights worked on together
   */
  static TileProduct of(Int8Tile tile, Layout layout, long columns, long positions, int rows) {
    boolean dense = layout instanceof dev.pith.kernels.tensor.Dense;
    int chunk = Math.toIntExact(dense ? Math.min(columns, DENSE_CHUNK) : columns);
    long needed = (positions + tile.width() - 1) / tile.width();
    int tiles = (int) Math.max(1, Math.min(needed, 128 / tile.width()));
    TileScratch scratch = TileScratch.of(tile, tiles, rows, chunk, columns, !dense);
    return new TileProduct(tile, layout, columns, scratch);
  }

  /** Where scratch is laid out. */
  TileScratch scratch() {
    return scratch;
  }

  /**
   * acc += weights · activations, for columns {@code k} to {@code k + count} of the weights, which
   * the tiles' activations hold.
   *
   * @param first first row of weights
   * @param rows number of rows
   * @param tiles number of tiles in use
   */
  void add(Tensor weight, long first, int rows, long k, int count, MemorySegment s, int tiles) {
    boolean dense = weight.isDense();
    for (int row = 0; row < rows; row += 4) {
      int panel = Math.min(4, rows - row);
      MemorySegment values = weight.values();
      long at = (first + row) * columns + k;
      if (!dense) {
        layout.decodeRows(weight, first + row, first + row + panel, s);
        values = s;
        at = k;
      }
      if (layout.isSparse()) {
        for (int r = 0; r < panel; r++) {
          sparseRow(values, at + r * columns, count, s, row + r, tiles);
        }
      } else {
        densePanel(values, at, panel, count, s, row, tiles);
      }
    }
  }

  private void densePanel(
      MemorySegment values, long at, int panel, int count, MemorySegment s, int row, int tiles) {
    for (int r = 0; r < panel; r++) {
      tile.widen(values, at + r * columns, count, s, scratch.w() + r * scratch.wRow());
    }
    for (int from = 0; from < count; from += Int8Tile.EXACT) {
      int part = Math.min(Int8Tile.EXACT, count - from);
      // Rows that are not there repeat the first; their sums are not used.
      long w0 = scratch.w() + from * 4L;
      long w1 = w0 + (panel > 1 ? scratch.wRow() : 0);
      long w2 = w0 + (panel > 2 ? 2 * scratch.wRow() : 0);
      long w3 = w0 + (panel > 3 ? 3 * scratch.wRow() : 0);
      for (int t = 0; t < tiles; t++) {
        long a = scratch.a(t) + from * tile.rowBytes();
        tile.dense(s, a, part, w0, w1, w2, w3, scratch.sums());
        for (int r = 0; r < panel; r++) {
          tile.accumulate(s, scratch.sums() + r * tile.rowBytes(), scratch.acc(tile, row + r, t));
        }
      }
    }
  }

  private void sparseRow(
      MemorySegment values, long at, int count, MemorySegment s, int row, int tiles) {
    int n = list(values, at, count, s);
    for (int from = 0; from < n; from += Int8Tile.EXACT) {
      int part = Math.min(Int8Tile.EXACT, n - from);
      long offsets = scratch.offsets() + from * 4L;
      long w = scratch.w() + from * 4L;
      int t = 0;
      for (; t + 2 <= tiles; t += 2) {
        tile.sparse2(s, scratch.a(t), scratch.a(t + 1), offsets, w, part, scratch.sums());
        tile.accumulate(s, scratch.sums(), scratch.acc(tile, row, t));
        tile.accumulate(s, scratch.sums() + tile.rowBytes(), scratch.acc(tile, row, t + 1));
      }
      if (t < tiles) {
        tile.sparse(s, scratch.a(t), offsets, w, part, scratch.sums());
        tile.accumulate(s, scratch.sums(), scratch.acc(tile, row, t));
      }
    }
  }

  /** Lists the weights that are not zero, and the offsets of their rows of activations. */
  private int list(MemorySegment values, long at, int count, MemorySegment s) {
    int row = (int) tile.rowBytes();
    int n = 0;
    int k = 0;
    while (k < count) {
      if (k + 8 <= count && values.get(Elements.I64, at + k) == 0) {
        k += 8;
        continue;
      }
      int end = Math.min(count, k + 8);
      for (; k < end; k++) {
        int value = values.get(JAVA_BYTE, at + k);
        if (value != 0) {
          s.set(Elements.F32, scratch.w() + n * 4L, value);
          s.set(Elements.I32, scratch.offsets() + n * 4L, k * row);
          n++;
        }
      }
    }
    return n;
  }
}

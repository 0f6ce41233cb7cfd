package dev.pith.kernels.quantized;

import dev.pith.kernels.layout.RowLists;
import dev.pith.kernels.layout.SparseLayout;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Adds the product of a block of weight rows and some unpacked tiles to their integer sums, for
 * weights of any layout: dense rows are widened in place; of sparse layouts only the weights that
 * are stored are listed and multiplied, four rows at once where a block gives them the same
 * columns; other layouts are decoded four rows at a time. Immutable.
 */
final class TileProduct {

  /** Columns of dense weights unpacked together: with two tiles of 64 columns, 128 KiB. */
  private static final int DENSE_CHUNK = 256;

  /**
   * Columns of sparse weights listed together: enough that finding their beginning costs little.
   */
  private static final int SPARSE_CHUNK = 1024;

  private final Int8Tile tile;
  private final Layout layout;
  private final long columns;
  private final TileScratch scratch;
  private final RowLists lists;

  private TileProduct(Int8Tile tile, Layout layout, long columns, TileScratch scratch) {
    this.tile = tile;
    this.layout = layout;
    this.columns = columns;
    this.scratch = scratch;
    this.lists =
        new RowLists(scratch.offsets(), scratch.w(), scratch.wRow(), (int) tile.rowBytes());
  }

  /**
   * @param positions columns of activations there are: no more tiles than these need are set apart
   * @param rows rows of weights worked on together
   */
  static TileProduct of(Int8Tile tile, Layout layout, long columns, long positions, int rows) {
    boolean dense = layout instanceof dev.pith.kernels.tensor.Dense;
    int widest = layout.isSparse() ? SPARSE_CHUNK : dense ? DENSE_CHUNK : Integer.MAX_VALUE;
    int chunk = Math.toIntExact(Math.min(columns, widest));
    long needed = (positions + tile.width() - 1) / tile.width();
    int tiles = (int) Math.max(1, Math.min(needed, 128 / tile.width()));
    int weightRows = layout.isSparse() ? Math.max(4, ((SparseLayout) layout).groupRows()) : 4;
    boolean decodes = !dense && !layout.isSparse();
    TileScratch scratch =
        TileScratch.of(tile, tiles, rows, chunk, weightRows, decodes ? columns : 0);
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
    if (layout.isSparse()) {
      addSparse((SparseLayout) layout, weight, first, rows, (int) k, count, s, tiles);
      return;
    }
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
      densePanel(values, at, panel, count, s, row, tiles);
    }
  }

  private void addSparse(
      SparseLayout sparse,
      Tensor weight,
      long first,
      int rows,
      int k,
      int count,
      MemorySegment s,
      int tiles) {
    int size = sparse.groupRows();
    for (long group = first / size; group * size < first + rows; group++) {
      int n = sparse.list(weight, group, k, k + count, s, lists);
      // Rows of the group that belong to this block; a block may begin or end within a group.
      int row = (int) Math.max(0, first - group * size);
      int end = (int) Math.min(size, first + rows - group * size);
      int target = (int) (group * size - first);
      for (; row + 4 <= end; row += 4) {
        sparsePanel(n, s, row, target + row, tiles);
      }
      for (; row < end; row++) {
        sparseRow(n, s, row, target + row, tiles);
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

  /** Four rows of a group, which share its list of columns. */
  private void sparsePanel(int n, MemorySegment s, int row, int target, int tiles) {
    for (int from = 0; from < n; from += Int8Tile.EXACT) {
      int part = Math.min(Int8Tile.EXACT, n - from);
      long offsets = scratch.offsets() + from * 4L;
      long w = scratch.w() + row * scratch.wRow() + from * 4L;
      for (int t = 0; t < tiles; t++) {
        tile.sparseRows(s, scratch.a(t), offsets, w, scratch.wRow(), part, scratch.sums());
        for (int r = 0; r < 4; r++) {
          tile.accumulate(
              s, scratch.sums() + r * tile.rowBytes(), scratch.acc(tile, target + r, t));
        }
      }
    }
  }

  private void sparseRow(int n, MemorySegment s, int row, int target, int tiles) {
    for (int from = 0; from < n; from += Int8Tile.EXACT) {
      int part = Math.min(Int8Tile.EXACT, n - from);
      long offsets = scratch.offsets() + from * 4L;
      long w = scratch.w() + row * scratch.wRow() + from * 4L;
      int t = 0;
      for (; t + 2 <= tiles; t += 2) {
        tile.sparse2(s, scratch.a(t), scratch.a(t + 1), offsets, w, part, scratch.sums());
        tile.accumulate(s, scratch.sums(), scratch.acc(tile, target, t));
        tile.accumulate(s, scratch.sums() + tile.rowBytes(), scratch.acc(tile, target, t + 1));
      }
      if (t < tiles) {
        tile.sparse(s, scratch.a(t), offsets, w, part, scratch.sums());
        tile.accumulate(s, scratch.sums(), scratch.acc(tile, target, t));
      }
    }
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.layout.RowLists;
import dev.pith.kernels.layout.SparseLayout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A block of weight rows times some panels of columns, all in one thread's scratch array, chunk by
 * chunk of k.
 *
 * <p>A panel is {@link FloatTile#width} columns by one chunk of k, 16 KiB: it stays in the first
 * cache while all rows of the block pass over it. Dense rows come six at a time, converted to
 * floats; they and C stay in the second cache. Where a layout leaves zeros out, the stored weights
 * of a row (or of a group of rows with one pattern) are listed once and three panels read at a
 * time. Immutable.
 */
public final class PanelProduct {

  /** Floats that loops may write behind a row. */
  private static final int SLACK = 16;

  private final FloatTile tile;
  private final RowSource source;
  private final SparseLayout sparse;
  private final int panels;
  private final int chunk;
  private final int rows;
  private final int wAt;
  private final int cAt;
  private final int end;
  private final RowLists lists;

  /**
   * @param source rows of the left factor; listed where they are {@link FloatWeights} of a layout
   *     that leaves zeros out
   * @param k length of the sums
   * @param blocks rows of a block and panels of a span
   */
  public PanelProduct(FloatTile tile, RowSource source, long k, RowBlocks blocks) {
    this.tile = tile;
    this.source = source;
    this.sparse = source instanceof FloatWeights weights ? weights.sparse() : null;
    PanelShape shape = PanelShape.of(tile, source);
    this.panels = blocks.panels();
    this.rows = blocks.rows();
    long most = shape.floats() / shape.width();
    long chunks = Math.max(1, (k + most - 1) / most);
    this.chunk = (int) Math.max(1, (k + chunks - 1) / chunks);
    this.wAt = panels * panelStep();
    int listed = sparse == null ? FloatTile.ROWS : sparse.groupRows() + 1;
    this.cAt = wAt + listed * wStep();
    this.end = cAt + (rows + FloatTile.ROWS) * cStep() + SLACK;
    this.lists = new RowLists(4L * wAt, 4L * (wAt + wStep()), 4L * wStep(), shape.width());
  }

  /** Columns of all panels. */
  public int span() {
    return panels * tile.width();
  }

  /** Columns of a panel. */
  public int width() {
    return tile.width();
  }

  /** Columns of k that panels hold at a time. */
  public int chunk() {
    return chunk;
  }

  /** Rows of a block. */
  public int rows() {
    return rows;
  }

  /** Floats of scratch. */
  public int scratchFloats() {
    return end;
  }

  /** Index of panel {@code panel}: {@link #chunk} rows of {@link FloatTile#width} floats. */
  public int panel(int panel) {
    return panel * panelStep();
  }

  /** Floats from one panel to the next. */
  public int panelStep() {
    return chunk * tile.width() + SLACK;
  }

  private int wStep() {
    return chunk + SLACK;
  }

  /** Index of the sums of row {@code row} of the block, {@link #span} columns. */
  public int c(int row) {
    return cAt + row * cStep();
  }

  private int cStep() {
    return panels * tile.width();
  }

  /**
   * C += W · B for some columns of k, which the panels hold.
   *
   * @param first first row of weights, a multiple of those that have one pattern
   * @param rows number of rows
   * @param k first column
   * @param count number of columns, at most {@link #chunk}
   * @param columns columns of B in use
   */
  public void add(
      Tensor weight,
      long first,
      int rows,
      long k,
      int count,
      int columns,
      MemorySegment scratch,
      float[] s) {
    if (sparse != null) {
      addSparse(weight, first, rows, k, count, columns, scratch, s);
      return;
    }
    for (int row = 0; row < rows; row += FloatTile.ROWS) {
      for (int r = 0; r < FloatTile.ROWS; r++) {
        // Rows that are not there repeat the last; their sums are not used.
        long from = first + Math.min(row + r, rows - 1);
        source.read(weight, from, k, count, scratch, s, wAt + r * wStep());
      }
      for (int p = 0; p * tile.width() < columns; p++) {
        int c = c(row) + p * tile.width();
        if (columns - p * tile.width() > tile.lanes()) {
          tile.multiply(s, wAt, wStep(), panel(p), count, c, cStep());
        } else {
          tile.multiplyHalf(s, wAt, wStep(), panel(p), count, c, cStep());
        }
      }
    }
  }

  private void addSparse(
      Tensor weight,
      long first,
      int rows,
      long k,
      int count,
      int columns,
      MemorySegment scratch,
      float[] s) {
    FloatWeights weights = (FloatWeights) source;
    int group = sparse.groupRows();
    for (int row = 0; row < rows; row += group) {
      int n = weights.list(sparse, weight, (first + row) / group, k, count, scratch, s, lists);
      if (n == 0) {
        continue;
      }
      int r = 0;
      for (; r + 2 <= group && row + r + 2 <= rows; r += 2) {
        pair(row + r, r, n, columns, s);
      }
      if (r < group && row + r < rows) {
        single(row + r, r, n, columns, s);
      }
    }
  }

  private void pair(int row, int inGroup, int n, int columns, float[] s) {
    int values = wAt + (1 + inGroup) * wStep();
    for (int p = 0; p * tile.width() < columns; p += 3) {
      int c = c(row) + p * tile.width();
      tile.sparsePair(s, wAt, values, wStep(), n, panel(p), panelStep(), c, cStep());
    }
  }

  private void single(int row, int inGroup, int n, int columns, float[] s) {
    int values = wAt + (1 + inGroup) * wStep();
    for (int p = 0; p * tile.width() < columns; p += 3) {
      int c = c(row) + p * tile.width();
      if (columns - p * tile.width() > tile.width()) {
        tile.sparse(s, wAt, values, n, panel(p), panelStep(), c);
      } else {
        tile.sparseOne(s, wAt, values, n, panel(p), c);
      }
    }
  }
}

package dev.pith.kernels.matmul;

/**
 * How products by generated code are cut into work items: one panel of columns times a block of
 * rows, panel after panel, block after block, matrix after matrix. Blocks are as large as the
 * second cache allows, and smaller only where threads would lack items. Immutable.
 *
 * @param m rows of a matrix
 * @param n its columns
 * @param matrices number of matrices
 * @param rows rows of all blocks but the last, a multiple of a tile's
 * @param width columns of a panel
 */
record TileBlocks(long m, long n, long matrices, int rows, int width) {

  /** Multiples of the rows of every tile. */
  private static final int MOST_ROWS = 240;

  private static final int FEWEST_ROWS = 24;

  /** Items for each thread from which on work is shared evenly. */
  private static final int ITEMS_PER_THREAD = 4;

  static TileBlocks of(int bits, long m, long n, long matrices, int threads) {
    int width = X86ProductCode.width(bits);
    TileBlocks blocks = new TileBlocks(m, n, matrices, MOST_ROWS, width);
    while (threads > 1
        && blocks.rows > FEWEST_ROWS
        && blocks.items() < (long) ITEMS_PER_THREAD * threads) {
      int half = (blocks.rows / 2 + FEWEST_ROWS / 2 - 1) / (FEWEST_ROWS / 2) * (FEWEST_ROWS / 2);
      blocks = new TileBlocks(m, n, matrices, half, width);
    }
    return blocks;
  }

  private long blocks() {
    return (m + rows - 1) / rows;
  }

  private long panels() {
    return (n + width - 1) / width;
  }

  long items() {
    return matrices * blocks() * panels();
  }

  /** Matrix of an item. */
  long matrix(long item) {
    return item / panels() / blocks();
  }

  /** First row of an item. */
  long row(long item) {
    return item / panels() % blocks() * rows;
  }

  /** Rows of an item. */
  int count(long item) {
    return (int) Math.min(rows, m - row(item));
  }

  /** First column of an item. */
  long column(long item) {
    return item % panels() * width;
  }
}

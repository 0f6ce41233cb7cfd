package dev.pith.kernels.matmul;

/**
 * How the rows of a product are cut into blocks: large enough that packing the other factor costs
 * little beside using it, small enough that threads share the work evenly.
 *
 * @param rows rows of a block, a multiple of what must stay together
 * @param count number of blocks
 */
public record RowBlocks(int rows, int count) {

  private static final int MOST = 192;
  private static final int FEWEST = 48;

  /** Items for each thread from which on work is shared evenly. */
  private static final int ITEMS_PER_THREAD = 8;

  /**
   * Blocks of {@code rows} rows.
   *
   * @param others items there are for each block
   * @param together neighbouring rows that have one pattern of weights, 1 where they have none
   */
  public static RowBlocks of(long rows, long others, int threads, int together) {
    long blocks = Math.max(1, (rows + MOST - 1) / MOST);
    while (Math.max(1, others) * blocks < (long) ITEMS_PER_THREAD * threads
        && rows / blocks >= 2 * FEWEST) {
      blocks *= 2;
    }
    int unit = together == 1 ? FloatTile.ROWS : together;
    long even = (rows + blocks - 1) / blocks;
    int block = (int) Math.max(unit, (even + unit - 1) / unit * unit);
    return new RowBlocks(block, Math.toIntExact((rows + block - 1) / block));
  }
}

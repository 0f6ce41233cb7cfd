package dev.pith.kernels.matmul;

/**
 * How a product is cut into work items of some rows times some panels of columns.
 *
 * <p>Packing a panel costs as much as multiplying it with about 15 rows, and fetching six rows of
 * weights as much as multiplying them with a fifth of a panel. So items have many rows and, where
 * there would be too few items for the threads, fewer panels first and fewer rows last.
 *
 * @param rows rows of a block, a multiple of what must stay together
 * @param count number of blocks
 * @param panels panels of a span
 * @param spans number of spans
 */
public record RowBlocks(int rows, int count, int panels, int spans) {

  private static final int MOST_ROWS = 256;
  private static final int FEWEST_ROWS = 48;
  private static final int FEWEST_PANELS = 2;

  /** Items for each thread from which on work is shared evenly. */
  private static final int ITEMS_PER_THREAD = 4;

  /**
   * Blocks of {@code rows} rows and {@code columns} columns.
   *
   * @param shape what panels are like
   * @param others independent products of this kind
   * @param together neighbouring rows that have one pattern of weights, 1 where they have none
   */
  public static RowBlocks of(
      PanelShape shape, long rows, long columns, long others, int threads, int together) {
    long needed = Math.max(1, (columns + shape.width() - 1) / shape.width());
    long blocks = Math.max(1, (rows + MOST_ROWS - 1) / MOST_ROWS);
    long items = (long) ITEMS_PER_THREAD * threads;
    long each = Math.max(1, others);
    long spans = (needed + shape.mostPanels() - 1) / shape.mostPanels();
    long mostSpans = Math.max(spans, needed / Math.max(FEWEST_PANELS, shape.together()));
    spans = Math.min(mostSpans, Math.max(spans, (items + each * blocks - 1) / (each * blocks)));
    while (each * spans * blocks < items && rows / blocks >= 2 * FEWEST_ROWS) {
      blocks *= 2;
    }
    int unit = together == 1 ? FloatTile.ROWS : together;
    long even = (rows + blocks - 1) / blocks;
    int block = (int) Math.max(unit, (even + unit - 1) / unit * unit);
    long panels = (needed + spans - 1) / spans;
    panels = (panels + shape.together() - 1) / shape.together() * shape.together();
    return new RowBlocks(
        block,
        Math.toIntExact((rows + block - 1) / block),
        (int) panels,
        Math.toIntExact((needed + panels - 1) / panels));
  }
}

package dev.pith.kernels.conv;

/**
 * How products of some matrices with panels are cut into work items: some panels times some rows of
 * one matrix. Panels are made anew for every block of rows, weights are read anew for every block
 * of panels: both are as large as the caches allow, and smaller only where threads would lack
 * items. Immutable.
 *
 * @param matrices matrices, each with the same panels and rows
 * @param allPanels panels of a matrix
 * @param panels panels of an item
 * @param allRows rows of a matrix
 * @param rows rows of an item
 */
record ConvShares(long matrices, int allPanels, int panels, int allRows, int rows) {

  /** Items for each thread from which on work is shared evenly. */
  private static final int ITEMS_PER_THREAD = 4;

  /** Panels from which on reading weights again costs little. */
  private static final int FEW_PANELS = 4;

  /** Rows from which on making panels again costs little. */
  private static final int FEW_ROWS = 128;

  /**
   * Shares for {@code threads} threads.
   *
   * @param most panels of an item at most
   * @param multiple rows of an item are a multiple of this, or all
   */
  static ConvShares of(long matrices, int panels, int most, int rows, int multiple, int threads) {
    ConvShares shares = new ConvShares(matrices, panels, Math.min(panels, most), rows, rows);
    while (threads > 1 && shares.items() < (long) ITEMS_PER_THREAD * threads) {
      int halfPanels = (shares.panels + 1) / 2;
      int halfRows = (shares.rows / 2 + multiple - 1) / multiple * multiple;
      boolean byRows = shares.panels <= FEW_PANELS && shares.rows > FEW_ROWS;
      if (!byRows && shares.panels > 1) {
        shares = new ConvShares(matrices, panels, halfPanels, rows, shares.rows);
      } else if (halfRows < shares.rows) {
        shares = new ConvShares(matrices, panels, shares.panels, rows, halfRows);
      } else {
        break;
      }
    }
    return shares;
  }

  private long panelBlocks() {
    return (allPanels + panels - 1) / panels;
  }

  private long rowBlocks() {
    return (allRows + rows - 1) / rows;
  }

  long items() {
    return allPanels == 0 ? 0 : matrices * panelBlocks() * rowBlocks();
  }

  /** Matrix of an item. */
  long matrix(long item) {
    return item / panelBlocks() / rowBlocks();
  }

  int firstRow(long item) {
    return (int) (item / panelBlocks() % rowBlocks()) * rows;
  }

  /** The row behind the last of an item. */
  int lastRow(long item) {
    return Math.min(allRows, firstRow(item) + rows);
  }

  int firstPanel(long item) {
    return (int) (item % panelBlocks()) * panels;
  }

  /** The panel behind the last of an item. */
  int lastPanel(long item) {
    return Math.min(allPanels, firstPanel(item) + panels);
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.Target;

/**
 * How {@link X86SparseLinear} cuts its work (spans of rows of x times blocks of lists) and lays out
 * a thread's scratch: arguments, sums feature by feature, results row by row. Immutable.
 *
 * @param m rows of x
 * @param k elements of a row
 * @param allLists lists of weights
 * @param listRows rows that share a list
 * @param tile rows of x of a tile
 * @param span rows of x of an item at most, a multiple of a tile's
 * @param listsPerItem lists of an item at most, whose rows are a multiple of eight
 */
record SparseRows(
    long m, long k, int allLists, int listRows, int tile, int span, int listsPerItem) {

  /** Output features of a work item at most. */
  private static final int FEATURES = 64;

  /** Rows of x of a work item, roughly. */
  private static final int SPAN = 192;

  static final int TURN_AT = X86FmaCode.Args.BYTES;
  static final int FINISH_AT = TURN_AT + X86TransposeCode.Args.BYTES;
  static final int PIECE_AT = FINISH_AT + X86RowsCode.Args.BYTES;
  static final int STAGING_AT = PIECE_AT + 64;

  SparseRows(LinearProblem problem, X86FmaList list, int tile, Target target) {
    this(
        problem.m(),
        problem.k(),
        list.lists(),
        list.rows(),
        tile,
        span(problem.m(), tile),
        listsPerItem(problem.m(), list, tile, target.threads()));
  }

  private static int span(long m, int tile) {
    long tiles = (m + tile - 1) / tile;
    return (int) Math.max(1, Math.min(tiles, SPAN / tile)) * tile;
  }

  private static int listsPerItem(long m, X86FmaList list, int tile, int threads) {
    int unit = X86TransposeCode.BLOCK / list.rows();
    long spans = (m + span(m, tile) - 1) / span(m, tile);
    int lists = FEATURES / list.rows();
    while (lists > unit && spans * ((list.lists() + lists - 1) / lists) < 2L * threads) {
      lists = Math.max(unit, lists / 2);
    }
    return lists;
  }

  /** Blocks of eight rows of x. */
  long blocks() {
    return (m + X86TransposeCode.BLOCK - 1) / X86TransposeCode.BLOCK;
  }

  /** Tiles of rows of x. */
  long tiles() {
    return (m + tile - 1) / tile;
  }

  /** Bytes of a tile: all its columns. */
  long tileBytes() {
    return 4 * k * tile;
  }

  private int listBlocks() {
    return (allLists + listsPerItem - 1) / listsPerItem;
  }

  long items() {
    return (m + span - 1) / span * listBlocks();
  }

  /** First list of an item. */
  int firstList(long item) {
    return (int) (item % listBlocks()) * listsPerItem;
  }

  /** Lists of an item. */
  int lists(long item) {
    return Math.min(listsPerItem, allLists - firstList(item));
  }

  /** First row of x of an item. */
  long token(long item) {
    return item / listBlocks() * span;
  }

  /** Rows of x of an item. */
  int tokens(long item) {
    return (int) Math.min(span, m - token(item));
  }

  /** Bytes of the sums of one feature. */
  long stagingRow() {
    return 4L * span;
  }

  /** Where results lie, row of x after row of x. */
  long turnedAt() {
    return STAGING_AT + stagingRow() * listsPerItem * listRows;
  }

  /** Bytes of the results of one row of x. */
  long turnedRow() {
    return 4L * listsPerItem * listRows;
  }

  long scratchBytes() {
    return turnedAt() + turnedRow() * Math.max(span, X86TransposeCode.BLOCK);
  }
}

package dev.pith.kernels.quads;

/**
 * Transposition split by features, which vary fastest, and by spans of tokens.
 *
 * @param tokens rows, 8 or more
 * @param features blocks of features
 */
record TokenItems(int tokens, int features) {

  /** Tokens of a span: as many lines of the cache are filled or read side by side. */
  private static final int SPAN = 64;

  private int spans() {
    return Math.max(1, tokens / SPAN);
  }

  /** All items. */
  long count() {
    return (long) spans() * features;
  }

  /** The block of features of an item. */
  int block(long item) {
    return (int) (item % features);
  }

  /** The first token of an item. */
  int first(long item) {
    return (int) (item / features) * SPAN;
  }

  /** Tokens of an item, 8 or more: the last span takes what is left. */
  int count(long item) {
    return first(item) == (spans() - 1) * SPAN ? tokens - first(item) : SPAN;
  }
}

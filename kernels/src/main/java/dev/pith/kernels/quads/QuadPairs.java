package dev.pith.kernels.quads;

import java.util.Arrays;

/**
 * Puts the blocks of one list in pairs whose products {@code vpmaddubsw} and {@code vpaddw} add up
 * in 16 bits without saturating. Such a sum is over two neighbouring channels of both blocks; with
 * activations up to 255 it fits where the positive weights among the four add up to at most 127,
 * and the negative ones to at least −127. A block that breaks this alone gives what is too much to
 * a second block of the same place; integer sums are exact, so the result is the same.
 *
 * <p>Not thread-safe.
 */
final class QuadPairs {

  /** Takes pairs. */
  @FunctionalInterface
  interface Sink {
    /**
     * One pair.
     *
     * @param places the blocks' places
     * @param words the blocks' weights, a word for each row of the first, then of the second
     */
    void pair(int[] places, int[] words);
  }

  /** Set in every byte of sums that are too large. */
  private static final long TOO_MUCH = 0x8080808080808080L;

  /** Blocks that wait for a partner. */
  private static final int WAITING = 24;

  private final int rows;
  private final Sink sink;
  private final long[] sums = new long[WAITING];
  private final int[] places = new int[WAITING];
  private final int[] words;
  private final int[] pairPlaces = new int[2];
  private final int[] pairWords;
  private final int[] rest;
  private int waiting;

  /**
   * @param rows rows of a block: 1 or 2
   */
  QuadPairs(int rows, Sink sink) {
    this.rows = rows;
    this.sink = sink;
    this.words = new int[WAITING * rows];
    this.pairWords = new int[2 * rows];
    this.rest = new int[rows];
  }

  /** Adds a block: a word for each row; {@code block} is overwritten. */
  void add(int place, int[] block) {
    boolean more = false;
    for (int r = 0; r < rows; r++) {
      int kept = capped(block[r]);
      rest[r] = minus(block[r], kept);
      block[r] = kept;
      more |= rest[r] != 0;
    }
    match(place, block);
    if (more) {
      match(place, rest);
    }
  }

  /** Ends the list: blocks without a partner are paired with nothing. */
  void finish() {
    for (int i = 0; i < waiting; i++) {
      emitAlone(places[i], words, i * rows);
    }
    waiting = 0;
  }

  private void match(int place, int[] block) {
    long sum = 0;
    for (int r = 0; r < rows; r++) {
      sum |= (sums(block[r]) & 0xFFFFFFFFL) << 32 * r;
    }
    if ((sum & TOO_MUCH) != 0) {
      emitAlone(place, block, 0);
      return;
    }
    for (int i = 0; i < waiting; i++) {
      if ((sums[i] + sum & TOO_MUCH) == 0) {
        pairPlaces[0] = places[i];
        pairPlaces[1] = place;
        System.arraycopy(words, i * rows, pairWords, 0, rows);
        System.arraycopy(block, 0, pairWords, rows, rows);
        sink.pair(pairPlaces, pairWords);
        remove(i);
        return;
      }
    }
    if (waiting == WAITING) {
      emitAlone(places[0], words, 0);
      remove(0);
    }
    sums[waiting] = sum;
    places[waiting] = place;
    System.arraycopy(block, 0, words, waiting * rows, rows);
    waiting++;
  }

  private void remove(int i) {
    waiting--;
    System.arraycopy(sums, i + 1, sums, i, waiting - i);
    System.arraycopy(places, i + 1, places, i, waiting - i);
    System.arraycopy(words, (i + 1) * rows, words, i * rows, (waiting - i) * rows);
  }

  private void emitAlone(int place, int[] block, int at) {
    pairPlaces[0] = place;
    pairPlaces[1] = place;
    System.arraycopy(block, at, pairWords, 0, rows);
    Arrays.fill(pairWords, rows, 2 * rows, 0);
    sink.pair(pairPlaces, pairWords);
  }

  /**
   * Sums of the positive and of the negative weights of each half of a word, as four bytes. Both
   * are at most 128 for capped words: a negative sum of 128 pairs with nothing but still fits.
   */
  private static int sums(int word) {
    int a = (byte) word;
    int b = (byte) (word >> 8);
    int c = (byte) (word >> 16);
    int d = word >> 24;
    return Math.max(a, 0) + Math.max(b, 0)
        | Math.max(-a, 0) + Math.max(-b, 0) << 8
        | Math.max(c, 0) + Math.max(d, 0) << 16
        | Math.max(-c, 0) + Math.max(-d, 0) << 24;
  }

  /**
   * The word with neither half's positive or negative sum above 127, or 128 for weights of −128.
   */
  private static int capped(int word) {
    return capped((byte) word, (byte) (word >> 8)) & 0xFFFF
        | capped((byte) (word >> 16), (byte) (word >> 24)) << 16;
  }

  private static int capped(int a, int b) {
    int over = Math.abs(a + b) - 127;
    if ((a ^ b) < 0 || over <= 0) {
      return a & 255 | (b & 255) << 8;
    }
    // The larger gives way; it is at least half of the sum.
    boolean first = Math.abs(a) >= Math.abs(b);
    int larger = first ? a : b;
    int less = larger - Integer.signum(larger) * Math.min(over, Math.abs(larger));
    return first ? less & 255 | (b & 255) << 8 : a & 255 | (less & 255) << 8;
  }

  /** Byte by byte. */
  private static int minus(int word, int other) {
    int difference = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      difference |= (byte) (word >> shift) - (byte) (other >> shift) << 24 >>> 24 - shift;
    }
    return difference;
  }
}

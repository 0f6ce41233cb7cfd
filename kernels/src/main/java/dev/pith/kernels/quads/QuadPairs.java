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
  private static final int WAITING = 12;

  private final int rows;
  private final Sink sink;
  private final long[] sums = new long[WAITING];
  private final int[] places = new int[WAITING];
  private final int[] words;
  private final int[] pairPlaces = new int[2];
  private final int[] pairWords;
  private final int[] rest;
  private int waiting;

  /** Who leaves next where all places are taken. */
  private int next;

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
    long sum = sum(block);
    if ((sum & TOO_MUCH) == 0) {
      match(place, block, sum);
      return;
    }
    boolean more = split(block, rest);
    match(place, block, sum(block));
    if (more) {
      match(place, rest, sum(rest));
    }
  }

  /**
   * Moves what is too much for 16 bits in {@code block}, a word for each row, to {@code rest}.
   *
   * @return whether anything was too much
   */
  static boolean split(int[] block, int[] rest) {
    boolean more = false;
    for (int r = 0; r < block.length; r++) {
      if ((sums(block[r]) & (int) TOO_MUCH) == 0) {
        rest[r] = 0;
        continue;
      }
      int kept = capped(block[r]);
      rest[r] = minus(block[r], kept);
      block[r] = kept;
      more |= rest[r] != 0;
    }
    return more;
  }

  private long sum(int[] block) {
    long sum = sums(block[0]) & 0xFFFFFFFFL;
    return rows == 1 ? sum : sum | (long) sums(block[1]) << 32;
  }

  /** Ends the list: blocks without a partner are paired with nothing. */
  void finish() {
    for (int i = 0; i < waiting; i++) {
      emitAlone(places[i], words, i * rows);
    }
    waiting = 0;
  }

  private void match(int place, int[] block, long sum) {
    if ((sum & TOO_MUCH) != 0) {
      emitAlone(place, block, 0);
      return;
    }
    for (int i = 0; i < waiting; i++) {
      if ((sums[i] + sum & TOO_MUCH) == 0) {
        pairPlaces[0] = places[i];
        pairPlaces[1] = place;
        for (int r = 0; r < rows; r++) {
          pairWords[r] = words[i * rows + r];
          pairWords[rows + r] = block[r];
        }
        sink.pair(pairPlaces, pairWords);
        waiting--;
        keep(i, places[waiting], words, waiting * rows, sums[waiting]);
        return;
      }
    }
    if (waiting < WAITING) {
      keep(waiting++, place, block, 0, sum);
    } else {
      emitAlone(places[next], words, next * rows);
      keep(next, place, block, 0, sum);
      next = (next + 1) % WAITING;
    }
  }

  /** Lets a block wait at {@code i}. */
  private void keep(int i, int place, int[] block, int at, long sum) {
    places[i] = place;
    sums[i] = sum;
    for (int r = 0; r < rows; r++) {
      words[i * rows + r] = block[at + r];
    }
  }

  private void emitAlone(int place, int[] block, int at) {
    pairPlaces[0] = place;
    pairPlaces[1] = place;
    System.arraycopy(block, at, pairWords, 0, rows);
    Arrays.fill(pairWords, rows, 2 * rows, 0);
    sink.pair(pairPlaces, pairWords);
  }

  /**
   * Sums of the positive and of the negative weights of each half of a word, as four bytes: those
   * of the first half, then of the second. Two weights of −128 count as 255.
   */
  private static int sums(int word) {
    int negative = word >>> 7 & 0x01010101;
    int mask = negative * 255;
    int positives = word & ~mask;
    int negatives = (~word & mask) + negative;
    int positive = (positives & 0x00FF00FF) + (positives >>> 8 & 0x00FF00FF);
    int amounts = (negatives & 0x00FF00FF) + (negatives >>> 8 & 0x00FF00FF);
    return positive | (amounts - (amounts >>> 8 & 0x00010001)) << 8;
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

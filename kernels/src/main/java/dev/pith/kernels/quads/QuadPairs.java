package dev.pith.kernels.quads;

/**
 * Puts the blocks of one list in pairs whose products {@code vpmaddubsw} and {@code vpaddw} add up
 * in 16 bits without saturating. Such a sum is over two neighbouring channels of both blocks; with
 * activations up to 255 it fits where the positive weights among the four add up to at most 127,
 * and the negative ones to at least −127. A block that breaks this alone gives what is too much to
 * a second block of the same place; integer sums are exact, so the result is the same.
 *
 * <p>A block is a word for each of at most two rows, the first row's in the low half of a long. Not
 * thread-safe.
 */
final class QuadPairs {

  /** Set in every byte of sums that are too large. */
  private static final long TOO_MUCH = 0x8080808080808080L;

  /** Blocks that wait for a partner. */
  private static final int WAITING = 12;

  private final QuadEntries entries;
  private final long[] sums = new long[WAITING];
  private final int[] places = new int[WAITING];
  private final long[] blocks = new long[WAITING];
  private int waiting;

  /** Who leaves next where all places are taken. */
  private int next;

  /**
   * @param entries takes the pairs: entries of two blocks
   */
  QuadPairs(QuadEntries entries) {
    this.entries = entries;
  }

  /** Adds a block. */
  void add(int place, long block) {
    long sum = sums(block);
    if ((sum & TOO_MUCH) == 0) {
      match(place, block, sum);
      return;
    }
    long kept = kept(block);
    match(place, kept, sums(kept));
    long rest = minus(block, kept);
    if (rest != 0) {
      match(place, rest, sums(rest));
    }
  }

  /** Of a block as much as 16 bits can hold; {@link #minus} has the rest. */
  static long kept(long block) {
    long sum = sums(block);
    int low = (int) block;
    int high = (int) (block >>> 32);
    if ((sum & TOO_MUCH >>> 32) != 0) {
      low = capped(low);
    }
    if ((sum >>> 32 & TOO_MUCH) != 0) {
      high = capped(high);
    }
    return low & 0xFFFFFFFFL | (long) high << 32;
  }

  /** Ends the list: blocks without a partner are paired with nothing. */
  void finish() {
    for (int i = 0; i < waiting; i++) {
      entries.add(places[i], blocks[i], places[i], 0);
    }
    waiting = 0;
  }

  private void match(int place, long block, long sum) {
    if ((sum & TOO_MUCH) != 0) {
      entries.add(place, block, place, 0);
      return;
    }
    for (int i = 0; i < waiting; i++) {
      if ((sums[i] + sum & TOO_MUCH) == 0) {
        entries.add(places[i], blocks[i], place, block);
        waiting--;
        keep(i, places[waiting], blocks[waiting], sums[waiting]);
        return;
      }
    }
    if (waiting < WAITING) {
      keep(waiting++, place, block, sum);
    } else {
      entries.add(places[next], blocks[next], places[next], 0);
      keep(next, place, block, sum);
      next = (next + 1) % WAITING;
    }
  }

  /** Lets a block wait at {@code i}. */
  private void keep(int i, int place, long block, long sum) {
    places[i] = place;
    sums[i] = sum;
    blocks[i] = block;
  }

  /**
   * Sums of the positive and of the negative weights of each half of a word, as four bytes: those
   * of the first half, then of the second. Two weights of −128 count as 255.
   */
  private static long sums(long block) {
    long negative = block >>> 7 & 0x0101010101010101L;
    long mask = negative * 255;
    long positives = block & ~mask;
    long negatives = (~block & mask) + negative;
    long positive = (positives & 0x00FF00FF00FF00FFL) + (positives >>> 8 & 0x00FF00FF00FF00FFL);
    long amounts = (negatives & 0x00FF00FF00FF00FFL) + (negatives >>> 8 & 0x00FF00FF00FF00FFL);
    return positive | (amounts - (amounts >>> 8 & 0x0001000100010001L)) << 8;
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
  static long minus(long block, long other) {
    long difference = 0;
    for (int shift = 0; shift < 64; shift += 8) {
      difference |= ((block >> shift & 255) - (other >> shift & 255) & 255) << shift;
    }
    return difference;
  }
}

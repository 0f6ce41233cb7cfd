package dev.pith.kernels.quads;

import java.util.Arrays;

/**
 * Entries of lists as {@link QuadWeights} lays them out, while they come. Not thread-safe.
 *
 * <p>Entry e has {@code blocks} places from {@code e · blocks} on, and for each row as many words
 * from {@code (e · rows + r) · blocks} on.
 */
final class QuadEntries {

  private final int blocks;
  private final int rows;

  /** What is written for each place. */
  private final int[] offsets;

  private int[] places;
  private int[] words;
  private int count;

  /**
   * @param blocks blocks of an entry: 1 or 2
   * @param rows rows that share a list: 1, 2 or 4; with two blocks 1 or 2
   * @param offsets where the activations of each place lie
   * @param expected entries there is room for at first
   */
  QuadEntries(int blocks, int rows, int[] offsets, int expected) {
    this.blocks = blocks;
    this.rows = rows;
    this.offsets = offsets;
    this.places = new int[Math.max(16, expected) * blocks];
    this.words = new int[Math.max(16, expected) * blocks * rows];
  }

  int count() {
    return count;
  }

  int[] places() {
    return places;
  }

  int[] words() {
    return words;
  }

  /** Forgets all entries. */
  void clear() {
    count = 0;
  }

  /** Makes room for {@code more} entries; whoever adds has asked for it. */
  void reserve(int more) {
    int least = count + more;
    if (least * blocks > places.length) {
      int size = Math.max(least, 2 * count);
      places = Arrays.copyOf(places, size * blocks);
      words = Arrays.copyOf(words, size * blocks * rows);
    }
  }

  /** Adds one block of any rows, whose words begin at {@code from[at]}. */
  void add(int place, int[] from, int at) {
    places[count] = offsets[place];
    for (int r = 0; r < rows; r++) {
      words[count * rows + r] = from[at + r];
    }
    count++;
  }

  /**
   * Adds one block of at most two rows.
   *
   * @param block the first row's word in the low half
   */
  void add(int place, long block) {
    places[count] = offsets[place];
    words[count * rows] = (int) block;
    if (rows == 2) {
      words[2 * count + 1] = (int) (block >>> 32);
    }
    count++;
  }

  /** Adds two blocks of at most two rows. */
  void add(int place, long block, int otherPlace, long other) {
    int at = 2 * count++;
    places[at] = offsets[place];
    places[at + 1] = offsets[otherPlace];
    if (rows == 1) {
      words[at] = (int) block;
      words[at + 1] = (int) other;
    } else {
      words[2 * at] = (int) block;
      words[2 * at + 1] = (int) other;
      words[2 * at + 2] = (int) (block >>> 32);
      words[2 * at + 3] = (int) (other >>> 32);
    }
  }
}

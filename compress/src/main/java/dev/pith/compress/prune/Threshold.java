package dev.pith.compress.prune;

import java.util.List;

/**
 * Where to cut a ranking so that exactly a given number of scores lies below; memory does not grow
 * with the number of scores.
 *
 * @param value scores below it are removed
 * @param ties how many scores equal to it are removed as well, in order of appearance
 */
record Threshold(float value, long ties) {

  private static final int BINS = 1 << 16;

  /**
   * The cut below which {@code count} of all scores lie.
   *
   * @param scores at least 0, not NaN
   * @param count 0 to the number of scores
   */
  static Threshold of(List<float[]> scores, long count) {
    if (count == 0) {
      return new Threshold(0, 0);
    }
    // Bits of non-negative floats are ordered like the floats: find the upper half, then the lower.
    long[] upper = new long[BINS];
    for (float[] part : scores) {
      for (float score : part) {
        upper[bits(score) >>> 16]++;
      }
    }
    long left = count;
    int high = 0;
    while (left > upper[high]) {
      left -= upper[high++];
    }
    long[] lower = new long[BINS];
    for (float[] part : scores) {
      for (float score : part) {
        int bits = bits(score);
        if (bits >>> 16 == high) {
          lower[bits & 0xFFFF]++;
        }
      }
    }
    int low = 0;
    while (left > lower[low]) {
      left -= lower[low++];
    }
    return new Threshold(Float.intBitsToFloat(high << 16 | low), left);
  }

  private static int bits(float score) {
    return Float.floatToRawIntBits(score + 0f); // −0.0 becomes 0.0
  }

  /** The places in {@code scores} that are cut, where {@code count} of them must be. */
  static boolean[] smallest(float[] scores, long count) {
    Threshold cut = of(List.of(scores), count);
    boolean[] removed = new boolean[scores.length];
    long ties = cut.ties();
    for (int i = 0; i < scores.length && count > 0; i++) {
      if (scores[i] < cut.value() || scores[i] == cut.value() && ties-- > 0) {
        removed[i] = true;
      }
    }
    return removed;
  }
}

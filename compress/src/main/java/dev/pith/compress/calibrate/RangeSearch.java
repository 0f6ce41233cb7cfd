package dev.pith.compress.calibrate;

/** Costs of representing a histogram by 256 levels between two bounds. */
final class RangeSearch {

  /** Candidate ranges tried. */
  static final int STEPS = 100;

  /** Largest part of the range that is cut off. */
  static final double SHRINK = 0.8;

  private static final int LEVELS = 256;

  private RangeSearch() {}

  /**
   * Expected squared error: uniform rounding error inside (step²/12), distance to the bound
   * outside.
   */
  static double squaredError(Histogram histogram, double min, double max) {
    double step = (max - min) / (LEVELS - 1);
    double sum = 0;
    for (int i = 0; i < Histogram.BINS; i++) {
      long count = histogram.count(i);
      if (count > 0) {
        double x = histogram.center(i);
        double outside = x < min ? min - x : x > max ? x - max : 0;
        sum += count * (outside == 0 ? step * step / 12 : outside * outside);
      }
    }
    return sum;
  }

  /**
   * Kullback-Leibler divergence of the clipped histogram from its 256-level form; values outside
   * count into the outermost bins inside.
   */
  static double divergence(Histogram histogram, double min, double max) {
    int first = -1;
    int last = -1;
    for (int i = 0; i < Histogram.BINS; i++) {
      if (histogram.center(i) >= min && histogram.center(i) <= max) {
        first = first < 0 ? i : first;
        last = i;
      }
    }
    if (last - first + 1 < LEVELS) {
      return Double.POSITIVE_INFINITY;
    }
    double[] exact = new double[last - first + 1];
    for (int i = 0; i < Histogram.BINS; i++) {
      exact[Math.clamp(i, first, last) - first] += histogram.count(i);
    }
    double[] levels = new double[LEVELS];
    int[] filled = new int[LEVELS];
    for (int i = 0; i < exact.length; i++) {
      int level = (int) ((long) i * LEVELS / exact.length);
      long inside = histogram.count(i + first);
      levels[level] += inside;
      filled[level] += inside > 0 ? 1 : 0;
    }
    double total = histogram.total() - histogram.zeros();
    double inside = 0;
    for (double count : levels) {
      inside += count;
    }
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      if (exact[i] > 0) {
        int level = (int) ((long) i * LEVELS / exact.length);
        boolean present = histogram.count(i + first) > 0;
        double q = present ? levels[level] / filled[level] / inside : 1e-9;
        double p = exact[i] / total;
        sum += p * Math.log(p / q);
      }
    }
    return sum;
  }
}

package dev.pith.compress.calibrate;

import java.util.Locale;

/** How a range is chosen from a histogram of observed values. */
public enum RangeMethod {
  /** All values observed. */
  MINMAX {
    @Override
    public Range range(Histogram histogram) {
      return new Range(histogram.min(), histogram.max());
    }
  },

  /** All but the outermost 0.005 % of the values that are not zero, at each end. */
  PERCENTILE {
    @Override
    public Range range(Histogram histogram) {
      if (histogram.total() == histogram.zeros()) {
        return new Range(0, 0);
      }
      double cut = (histogram.total() - histogram.zeros()) * TAIL;
      int low = 0;
      for (double seen = histogram.count(0); seen <= cut && low < Histogram.BINS - 1; ) {
        seen += histogram.count(++low);
      }
      int high = Histogram.BINS - 1;
      for (double seen = histogram.count(high); seen <= cut && high > low; ) {
        seen += histogram.count(--high);
      }
      return bounds(histogram, low, high);
    }
  },

  /**
   * The range whose 256-level histogram loses least information (Kullback-Leibler divergence;
   * Migacz 2017, "8-bit inference with TensorRT"), clipping both ends alike.
   */
  ENTROPY {
    @Override
    public Range range(Histogram histogram) {
      return best(histogram, RangeSearch::divergence);
    }
  },

  /** The range with the least expected squared error of rounding and clipping together. */
  MSE {
    @Override
    public Range range(Histogram histogram) {
      return best(histogram, RangeSearch::squaredError);
    }
  };

  private static final double TAIL = 5e-5;

  /** Chooses the range; always within the observed one. */
  public abstract Range range(Histogram histogram);

  /**
   * The method with the given name, in any case.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static RangeMethod parse(String name) {
    for (RangeMethod method : values()) {
      if (method.name().equals(name.toUpperCase(Locale.ROOT))) {
        return method;
      }
    }
    throw new IllegalArgumentException(
        "there is no calibration method " + name + "; use minmax, percentile, entropy or mse");
  }

  private static Range bounds(Histogram histogram, int low, int high) {
    double half = histogram.width() / 2;
    double first = Math.max(histogram.min(), histogram.center(low) - half);
    double last = Math.min(histogram.max(), histogram.center(high) + half);
    return new Range(first, last);
  }

  /** What a clipped range costs. */
  @FunctionalInterface
  interface Cost {
    double of(Histogram histogram, double min, double max);
  }

  private static Range best(Histogram histogram, Cost cost) {
    Range full = new Range(histogram.min(), histogram.max()).withZero();
    Range best = full;
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; step < RangeSearch.STEPS; step++) {
      double keep = 1 - step * RangeSearch.SHRINK / RangeSearch.STEPS;
      double now = cost.of(histogram, full.min() * keep, full.max() * keep);
      if (now < least) {
        least = now;
        best = new Range(full.min() * keep, full.max() * keep);
      }
    }
    return best;
  }
}

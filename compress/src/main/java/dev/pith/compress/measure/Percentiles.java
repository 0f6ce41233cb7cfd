package dev.pith.compress.measure;

import java.util.Arrays;

/**
 * Latencies in milliseconds: the smallest time that at least the given share of runs did not exceed
 * (nearest rank).
 *
 * @param p50 median
 * @param p90 90 %
 * @param p95 95 %
 * @param p99 99 %
 * @param p999 99.9 %
 */
public record Percentiles(double p50, double p90, double p95, double p99, double p999) {

  /**
   * Percentiles of times in nanoseconds.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Percentiles of(long[] nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("there are no times");
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Percentiles(
        at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.95), at(sorted, 0.99), at(sorted, 0.999));
  }

  private static double at(long[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.max(0, rank)] / 1e6;
  }
}

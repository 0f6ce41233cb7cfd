package dev.pith.compress.measure;

import java.util.Arrays;
import java.util.List;

/**
 * Times of one contender. Immutable.
 *
 * @param warmUp what went before
 * @param latency of all timed runs, in milliseconds
 * @param rounds median of each round, in milliseconds, in the order in which they were measured
 * @param runs timed runs
 * @param seconds the time they took
 */
public record Timing(
    WarmUp warmUp, Percentiles latency, List<Double> rounds, int runs, double seconds) {

  public Timing {
    rounds = List.copyOf(rounds);
  }

  /**
   * Runs that are not timed because they may be slow: code is compiled, caches fill.
   *
   * @param runs how many there were
   * @param millis how long they took
   * @param firstMillis median of the first slice of them
   * @param isSteady whether their times had stopped changing when timing began
   */
  public record WarmUp(int runs, double millis, double firstMillis, boolean isSteady) {}

  /** The median of all timed runs, in milliseconds. */
  public double median() {
    return latency.p50();
  }

  /** Interquartile range of the rounds' medians, as a fraction of their median. */
  public double spread() {
    double[] sorted = sorted(rounds);
    int quarter = sorted.length / 4;
    return (sorted[sorted.length - 1 - quarter] - sorted[quarter]) / sorted[sorted.length / 2];
  }

  /** Median of the last third of the rounds over that of the first third; above 1 is slower. */
  public double drift() {
    int third = Math.max(1, rounds.size() / 3);
    return median(rounds.subList(rounds.size() - third, rounds.size()))
        / median(rounds.subList(0, third));
  }

  /** The median of {@code times}. */
  static double median(List<Double> times) {
    double[] sorted = sorted(times);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double[] sorted(List<Double> times) {
    double[] sorted = times.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}

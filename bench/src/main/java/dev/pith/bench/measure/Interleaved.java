package dev.pith.bench.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times contenders in turns, so that a machine that slows down slows all of them down: each warms
 * up, then each round gives each one a slice of time.
 */
public final class Interleaved {

  /** Peers' idle threads spin for about a millisecond after a run; a slice begins after that. */
  private static final long SETTLE_MILLIS = 3;

  private static final double SLICE_SECONDS = 0.15;
  private static final double STEADY = 0.05;

  private final double patience;
  private final double seconds;
  private final int rounds;

  /**
   * A way to measure.
   *
   * @param patience the longest a contender warms up, in seconds; most are steady earlier
   * @param seconds measured time for each contender
   * @param rounds turns, at least 3
   */
  public Interleaved(double patience, double seconds, int rounds) {
    this.patience = patience;
    this.seconds = seconds;
    this.rounds = rounds;
  }

  /**
   * Times of one contender.
   *
   * @param median of all runs, in milliseconds
   * @param rounds median of each round, in milliseconds
   */
  public record Timing(double median, List<Double> rounds) {
    public Timing {
      rounds = List.copyOf(rounds);
    }
  }

  /**
   * How much faster one contender is than another.
   *
   * @param ratio of the medians of all runs
   * @param low of the ratios of single rounds, the tenth percentile
   * @param high the ninetieth
   */
  public record Speedup(double ratio, double low, double high) {

    /** How much less time {@code ours} takes than {@code theirs}. */
    public static Speedup of(Timing ours, Timing theirs) {
      double[] ratios = new double[ours.rounds().size()];
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] = theirs.rounds().get(i) / ours.rounds().get(i);
      }
      Arrays.sort(ratios);
      int skip = ratios.length / 10;
      return new Speedup(
          theirs.median() / ours.median(), ratios[skip], ratios[ratios.length - 1 - skip]);
    }
  }

  /** Times of {@code contenders}, in their order. */
  public List<Timing> measure(List<Runnable> contenders) {
    List<List<Double>> all = new ArrayList<>();
    List<List<Double>> medians = new ArrayList<>();
    for (Runnable contender : contenders) {
      warmUp(contender);
      all.add(new ArrayList<>());
      medians.add(new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        settle();
        List<Double> times = runs(contenders.get(i), seconds / rounds);
        all.get(i).addAll(times);
        medians.get(i).add(median(times));
      }
    }
    List<Timing> timings = new ArrayList<>();
    for (int i = 0; i < contenders.size(); i++) {
      timings.add(new Timing(median(all.get(i)), medians.get(i)));
    }
    return timings;
  }

  /** Runs until two slices in a row take the time of the one before, or the patience ends. */
  private void warmUp(Runnable contender) {
    long end = System.nanoTime() + (long) (patience * 1e9);
    double before = Double.NaN;
    int steady = 0;
    while (steady < 2 && System.nanoTime() < end) {
      double now = median(runs(contender, SLICE_SECONDS));
      steady = Math.abs(now - before) < STEADY * before ? steady + 1 : 0;
      before = now;
    }
  }

  private static void settle() {
    try {
      Thread.sleep(SETTLE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  private static List<Double> runs(Runnable contender, double seconds) {
    List<Double> times = new ArrayList<>();
    long now = System.nanoTime();
    long end = now + (long) (seconds * 1e9);
    while (times.isEmpty() || now < end) {
      contender.run();
      long after = System.nanoTime();
      times.add((after - now) / 1e6);
      now = after;
    }
    return times;
  }

  /** The median of {@code times}. */
  static double median(List<Double> times) {
    double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}

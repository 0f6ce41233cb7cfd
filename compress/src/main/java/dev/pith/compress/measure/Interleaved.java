package dev.pith.compress.measure;

import dev.pith.compress.measure.Timing.WarmUp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times contenders in turns, so that a machine that slows down slows all of them down: each warms
 * up until its times are steady, then each round gives each one a slice of time, forwards and
 * backwards in turn. Immutable, thread-safe; the contenders run on the calling thread.
 */
public final class Interleaved {

  /** Peers' idle threads spin for about a millisecond after a run; a slice begins after that. */
  private static final long SETTLE_MILLIS = 3;

  private static final double SLICE_SECONDS = 0.15;
  private static final double STEADY = 0.05;
  private static final int MAX_RUNS = 1 << 18;

  private final double patience;
  private final double seconds;
  private final int rounds;

  /**
   * A way to measure.
   *
   * @param patience the longest a contender warms up, in seconds; most are steady earlier
   * @param seconds measured time for each contender
   * @param rounds turns, at least 1; intervals of ratios need 10 and more
   */
  public Interleaved(double patience, double seconds, int rounds) {
    if (!(patience >= 0) || !(seconds > 0) || rounds < 1) {
      throw new IllegalArgumentException(
          "patience is " + patience + ", seconds " + seconds + ", rounds " + rounds);
    }
    this.patience = patience;
    this.seconds = seconds;
    this.rounds = rounds;
  }

  /** Times of {@code contenders}, in their order. */
  public List<Timing> measure(List<? extends Runnable> contenders) {
    List<Turns> turns = new ArrayList<>();
    for (Runnable contender : contenders) {
      turns.add(new Turns(contender, warmUp(contender)));
    }
    for (int round = 0; round < rounds; round++) {
      for (Turns turn : round % 2 == 0 ? turns : turns.reversed()) {
        if (turns.size() > 1) {
          settle();
          turn.contender.run(); // brings its data back into the caches
        }
        turn.take(seconds / rounds);
      }
    }
    return turns.stream().map(Turns::timing).toList();
  }

  private static final class Turns {

    private final Runnable contender;
    private final WarmUp warmUp;
    private final List<Double> medians = new ArrayList<>();
    private long[] nanos = new long[1024];
    private int runs;

    Turns(Runnable contender, WarmUp warmUp) {
      this.contender = contender;
      this.warmUp = warmUp;
    }

    void take(double seconds) {
      long[] times = slice(contender, seconds);
      medians.add(Percentiles.of(times).p50());
      if (runs + times.length > nanos.length) {
        nanos = Arrays.copyOf(nanos, Math.max(2 * nanos.length, runs + times.length));
      }
      System.arraycopy(times, 0, nanos, runs, times.length);
      runs += times.length;
    }

    Timing timing() {
      long[] all = Arrays.copyOf(nanos, runs);
      return new Timing(warmUp, Percentiles.of(all), medians, runs, Arrays.stream(all).sum() / 1e9);
    }
  }

  /** Runs until two slices in a row take the time of the one before, or the patience ends. */
  private WarmUp warmUp(Runnable contender) {
    long begin = System.nanoTime();
    long end = begin + (long) (patience * 1e9);
    double slice = Math.min(SLICE_SECONDS, patience / 4);
    double first = Double.NaN;
    double before = Double.NaN;
    int steady = 0;
    int runs = 0;
    while (steady < 2 && System.nanoTime() < end) {
      long[] times = slice(contender, slice);
      double now = Percentiles.of(times).p50();
      first = runs == 0 ? now : first;
      runs += times.length;
      steady = Math.abs(now - before) < STEADY * before ? steady + 1 : 0;
      before = now;
    }
    return new WarmUp(runs, (System.nanoTime() - begin) / 1e6, first, steady >= 2);
  }

  private static void settle() {
    try {
      Thread.sleep(SETTLE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  private static long[] slice(Runnable contender, double seconds) {
    long[] times = new long[16];
    int runs = 0;
    long now = System.nanoTime();
    long end = now + (long) (seconds * 1e9);
    while (runs == 0 || now < end && runs < MAX_RUNS) {
      contender.run();
      long after = System.nanoTime();
      times = runs < times.length ? times : Arrays.copyOf(times, 2 * runs);
      times[runs++] = after - now;
      now = after;
    }
    return Arrays.copyOf(times, runs);
  }
}

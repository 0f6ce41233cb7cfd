package dev.pith.compress.measure;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How much faster one contender is than another, with a 95 % confidence interval. The ratio is the
 * geometric mean of the ratios of paired rounds, so that what slows both down in a round cancels;
 * the interval comes from the percentile bootstrap over rounds (Efron 1979). It covers what varied
 * within this process, not what differs between processes.
 *
 * @param ratio time of theirs over time of ours; above 1 means that ours is faster
 * @param low lower end of the interval
 * @param high upper end
 */
public record Speedup(double ratio, double low, double high) {

  private static final int RESAMPLES = 4000;
  private static final double TAIL = 0.025;

  /** Differences below this are none that anybody would notice. */
  private static final double SAME = 0.02;

  /** An interval around 1 that reaches further says too little to call it no difference. */
  private static final double NARROW = 0.05;

  /**
   * Compares timings of the same rounds.
   *
   * @throws IllegalArgumentException if they have different numbers of rounds
   */
  public static Speedup of(Timing ours, Timing theirs) {
    int rounds = ours.rounds().size();
    if (theirs.rounds().size() != rounds) {
      throw new IllegalArgumentException(
          rounds + " rounds cannot be compared with " + theirs.rounds().size());
    }
    double[] logs = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      logs[i] = Math.log(theirs.rounds().get(i) / ours.rounds().get(i));
    }
    SplittableRandom random = new SplittableRandom(1);
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int j = 0; j < rounds; j++) {
        sum += logs[random.nextInt(rounds)];
      }
      means[i] = sum / rounds;
    }
    Arrays.sort(means);
    int tail = (int) (TAIL * RESAMPLES);
    return new Speedup(
        Math.exp(Arrays.stream(logs).average().orElseThrow()),
        Math.exp(means[tail]),
        Math.exp(means[RESAMPLES - 1 - tail]));
  }

  /** What the interval allows to say. */
  public enum Outcome {
    FASTER,
    SLOWER,
    SAME,
    /** The interval contains 1 and much else. */
    UNDECIDED
  }

  /** Faster or slower only where the whole interval says so, and by more than 2 % in the middle. */
  public Outcome outcome() {
    boolean near = low > 1 - NARROW && high < 1 + NARROW;
    if (near && Math.abs(ratio - 1) < SAME) {
      return Outcome.SAME;
    }
    if (low > 1) {
      return Outcome.FASTER;
    }
    if (high < 1) {
      return Outcome.SLOWER;
    }
    return near ? Outcome.SAME : Outcome.UNDECIDED;
  }

  /**
   * {@code 1.9–2.2× faster}, {@code 1.1× slower}, {@code no difference (0.99–1.01×)}, or {@code
   * undecided (0.8–1.3×): measure longer}.
   */
  public String verdict() {
    return switch (outcome()) {
      case FASTER -> range(low, high) + "× faster";
      case SLOWER -> range(1 / high, 1 / low) + "× slower";
      case SAME -> "no difference (" + range(low, high) + "×)";
      case UNDECIDED -> "undecided (" + range(low, high) + "×): measure longer";
    };
  }

  private static String range(double from, double to) {
    int places = from >= 10 ? 0 : from < 1.2 ? 2 : 1;
    String first = String.format(Locale.ROOT, "%." + places + "f", from);
    String last = String.format(Locale.ROOT, "%." + places + "f", to);
    return first.equals(last) ? first : first + "–" + last;
  }
}

package dev.pith.runtime.cpu;

import java.util.Arrays;

/**
 * Whether a plan's runs are worth a team. Steps of small networks are shorter than it takes threads
 * to meet after each, and a busy machine makes meeting slower still; so the time of runs decides.
 * Results do not depend on it.
 *
 * <p>The first runs are the team's. Where these are short, the calling thread tries a few alone,
 * and whoever takes less time goes on; the other gets another trial from time to time, less often
 * the more trials were lost in a row, and at once where the chosen one has become slower than it
 * was: somebody else may need the processors now. A trial is several runs, of which the first does
 * not count: it finds caches as the other has left them and helpers asleep. Medians are compared,
 * of a trial and of as many runs before it. Thread-safe.
 */
final class TeamChoice {

  /** Runs that take longer are always the team's. */
  private static final long LONGEST = 2_000_000;

  /** Runs of a trial; all but the first count. */
  static final int TRIAL = 8;

  /** Runs between the first trials. */
  static final int FIRST_PAUSE = 60;

  private static final int LAST_PAUSE = 4_000;

  /** More time than expected by this part is a reason to try again. */
  private static final int SLOWER = 4;

  private boolean isAlone;
  private boolean isTrial;

  /** Runs since the choice or the trial began. */
  private int runs;

  private int pause = TRIAL;

  /** What the chosen kind took when it was chosen. */
  private long expected = Long.MAX_VALUE;

  /** The last runs of the chosen kind, and those of the trial. */
  private final long[] chosen = new long[TRIAL - 1];

  private final long[] tried = new long[TRIAL - 1];

  private final long[] sorted = new long[TRIAL - 1];

  /** Whether the next run is the calling thread's alone. */
  synchronized boolean isAlone() {
    return isAlone != isTrial;
  }

  /**
   * Takes note of a run.
   *
   * @param alone whether the calling thread was alone
   * @param nanos what the run took
   */
  synchronized void took(boolean alone, long nanos) {
    if (alone != isAlone()) {
      // Begun by another caller before the last decision.
      return;
    }
    long[] times = isTrial ? tried : chosen;
    times[runs % times.length] = nanos;
    runs++;
    if (isTrial && runs == TRIAL) {
      decide();
    } else if (!isTrial && isTimeForTrial()) {
      isTrial = true;
      runs = 0;
    }
  }

  private boolean isTimeForTrial() {
    if (runs < Math.min(pause, FIRST_PAUSE / 4)) {
      return false;
    }
    long now = median(chosen);
    boolean isSlower = now - expected > expected / SLOWER;
    return (runs >= pause || isSlower) && (isAlone || now < LONGEST);
  }

  private void decide() {
    boolean isBetter = median(tried) < median(chosen);
    isAlone ^= isBetter;
    pause = isBetter || pause < FIRST_PAUSE ? FIRST_PAUSE : Math.min(2 * pause, LAST_PAUSE);
    expected = median(isBetter ? tried : chosen);
    isTrial = false;
    runs = 0;
  }

  private long median(long[] times) {
    System.arraycopy(times, 0, sorted, 0, sorted.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

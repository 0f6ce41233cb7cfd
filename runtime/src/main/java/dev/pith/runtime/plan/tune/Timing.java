package dev.pith.runtime.plan.tune;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Times candidates one after the other, round by round, so that whatever else the machine does
 * falls on all of them; the least time of each counts. Those far behind leave early. Not
 * thread-safe.
 */
final class Timing {

  /** Rounds after which a candidate's least time is believed. */
  private static final int ROUNDS = 7;

  /** Rounds before a candidate may leave, and below which nothing is believed. */
  private static final int FEWEST = 2;

  /** A candidate this many times slower than the best leaves. */
  private static final double HOPELESS = 1.5;

  /** How much faster than the preferred candidate another must be. */
  private static final double MARGIN = 0.96;

  /** Time that code needs to be compiled, and the most it is given. */
  private static final long WARM_LEAST = 300_000_000L;

  private static final long WARM_MOST = 4_000_000_000L;

  /** Times a busy device is asked again. */
  private static final int ATTEMPTS = 20;

  private final LongSupplier clock;
  private final Map<String, Boolean> warm;
  private long left;

  /**
   * A stop watch with a budget.
   *
   * @param clock nanoseconds since some moment
   * @param budgetNanos time that may be spent
   * @param warm what has warmed up, and whether it settled; added to
   */
  Timing(LongSupplier clock, long budgetNanos, Map<String, Boolean> warm) {
    this.clock = clock;
    this.warm = warm;
    this.left = budgetNanos;
  }

  /**
   * What was found.
   *
   * @param winner index of the candidate to use
   * @param nanos least time of each, −1 for a candidate that did not get warm in time
   */
  record Result(int winner, long[] nanos) {}

  /** Whether nothing more may be timed. */
  boolean isUsedUp() {
    return left <= 0;
  }

  /** Counts time spent since {@code start}. */
  void spend(long start) {
    left -= clock.getAsLong() - start;
  }

  long now() {
    return clock.getAsLong();
  }

  /**
   * A candidate.
   *
   * @param trial runs it
   * @param name what warms up, once for all candidates of the name; {@code null} for nothing
   * @param isCompiled whether its time means nothing until it has settled
   */
  record Contender(Trial trial, String name, boolean isCompiled) {}

  /**
   * Compares candidates.
   *
   * @param contenders the candidates, the preferred one first
   * @return {@code null} if the budget or a busy device did not allow a verdict
   */
  Result compare(List<Contender> contenders) {
    long start = clock.getAsLong();
    try {
      boolean[] gone = new boolean[contenders.size()];
      for (int i = 0; i < gone.length; i++) {
        Contender contender = contenders.get(i);
        boolean settled =
            contender.name() == null
                || warm.computeIfAbsent(
                    contender.name(), key -> warmUp(contender.trial(), start + left));
        // With nobody to be unfair to, any time is better than none.
        gone[i] = !settled && contender.isCompiled() && gone.length > 1;
      }
      return gone[0] ? null : rounds(contenders, gone, start + left);
    } finally {
      spend(start);
    }
  }

  private Result rounds(List<Contender> contenders, boolean[] gone, long end) {
    long[] least = new long[contenders.size()];
    Arrays.fill(least, Long.MAX_VALUE);
    for (int round = 0; round <= ROUNDS; round++) {
      long best = Arrays.stream(least).min().orElseThrow();
      for (int i = 0; i < gone.length; i++) {
        gone[i] |= round > FEWEST && least[i] > HOPELESS * best;
        if (gone[i]) {
          continue;
        }
        if (clock.getAsLong() > end) {
          return round > FEWEST ? verdict(least) : null;
        }
        long nanos = run(contenders.get(i).trial());
        if (nanos < 0) {
          return null;
        }
        // The first round brings weights and inputs into the caches.
        least[i] = round == 0 ? least[i] : Math.min(least[i], nanos);
      }
    }
    return verdict(least);
  }

  private static Result verdict(long[] least) {
    int winner = 0;
    for (int i = 1; i < least.length; i++) {
      if (least[i] < least[winner]) {
        winner = i;
      }
    }
    long[] nanos = Arrays.stream(least).map(time -> time == Long.MAX_VALUE ? -1 : time).toArray();
    return new Result(least[winner] < MARGIN * least[0] ? winner : 0, nanos);
  }

  private static long run(Trial trial) {
    long nanos = trial.run();
    for (int i = 1; nanos < 0 && i < ATTEMPTS; i++) {
      nanos = trial.run();
    }
    return nanos;
  }

  /**
   * Runs until runs have not become faster for a while, half of the time so far at least: compilers
   * work in steps. {@code false} if they did not settle in the time there is.
   */
  private boolean warmUp(Trial trial, long end) {
    long start = clock.getAsLong();
    long least = Long.MAX_VALUE;
    long improved = start;
    while (true) {
      long nanos = run(trial);
      long now = clock.getAsLong();
      if (nanos < 0 || now > end || now > start + WARM_MOST) {
        return false;
      }
      if (nanos < 0.97 * least) {
        improved = now;
      } else if (now - improved > Math.max(WARM_LEAST, (now - start) / 2)) {
        return true;
      }
      least = Math.min(least, nanos);
    }
  }
}

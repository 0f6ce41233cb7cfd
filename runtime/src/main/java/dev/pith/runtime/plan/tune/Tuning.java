package dev.pith.runtime.plan.tune;

import java.time.Duration;

/**
 * How much is done to find the fastest kernels.
 *
 * @param remembers whether winners of earlier measurements are used
 * @param budget time that measuring may take in all for one plan; zero to measure nothing
 * @param isThorough whether every kernel that gives the same bits is timed, and those that the
 *     virtual machine must compile first are given the time; otherwise only where a kernel says
 *     that it is contested, and only kernels that need no warming up
 */
public record Tuning(boolean remembers, Duration budget, boolean isThorough) {

  /** The order of preference alone decides. */
  public static final Tuning OFF = new Tuning(false, Duration.ZERO, false);

  /** Remembered winners, else the order of preference; nothing is measured. */
  public static final Tuning CACHED = new Tuning(true, Duration.ZERO, false);

  /** Measures what is in doubt and can be measured at once. */
  public static final Tuning QUICK = new Tuning(true, Duration.ofMillis(100), false);

  /** Measures everything that has an alternative. */
  public static final Tuning MEASURED = new Tuning(true, Duration.ofSeconds(15), true);
}

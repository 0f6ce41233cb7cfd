package dev.pith.bench.table;

import dev.pith.compress.measure.Speedup;
import java.util.Locale;

/**
 * A speedup against what was promised.
 *
 * @param speedup what was measured
 * @param target the least that was promised; 0 for no promise
 */
record Verdict(Speedup speedup, double target) {

  /** Whether the promise holds. */
  boolean isMet() {
    return speedup.ratio() >= target;
  }

  /** {@code 5.21× (5.02–5.40)}. */
  String measured() {
    return String.format(
        Locale.ROOT, "%.2f× (%.2f–%.2f)", speedup.ratio(), speedup.low(), speedup.high());
  }

  /** {@code ≥ 5×}, or nothing. */
  String promised() {
    return target == 0 ? "" : String.format(Locale.ROOT, "≥ %s×", trimmed(target));
  }

  private static String trimmed(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** Met, missed, or met by less than rounds differ. */
  String text() {
    if (target == 0) {
      return "";
    }
    if (!isMet()) {
      return speedup.high() >= target ? "missed, narrowly" : "missed";
    }
    return speedup.low() >= target ? "met" : "met, narrowly";
  }
}

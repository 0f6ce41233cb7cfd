package dev.pith.compress.evaluate;

/**
 * A 95 % confidence interval of a fraction (Wilson 1927, "Probable inference"), which stays inside
 * [0, 1] and is right for few samples too.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {

  /** 97.5th percentile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * The interval for {@code hits} of {@code samples}.
   *
   * @throws IllegalArgumentException if there are no samples, or more hits than samples
   */
  public static Interval of(long hits, long samples) {
    if (samples < 1 || hits < 0 || hits > samples) {
      throw new IllegalArgumentException(hits + " hits of " + samples + " samples");
    }
    double p = (double) hits / samples;
    double z2 = Z * Z / samples;
    double centre = p + z2 / 2;
    double half = Z * Math.sqrt(p * (1 - p) / samples + z2 / (4.0 * samples));
    return new Interval(
        Math.max(0, (centre - half) / (1 + z2)), Math.min(1, (centre + half) / (1 + z2)));
  }
}

package dev.pith.compress.evaluate;

import java.util.List;

/**
 * The mean of repeated measurements and the half width of its 95 % interval (Student 1908).
 *
 * @param mean the mean
 * @param half half the width; NaN for a single value
 */
public record Mean(double mean, double half) {

  /** 97.5th percentiles of Student's distribution for 1, 2 … degrees of freedom. */
  private static final double[] STUDENT = {
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622
  };

  private static final double NORMAL = 1.96;

  /**
   * The mean of {@code values}.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Mean of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a mean needs at least one value");
    }
    int count = values.size();
    double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double factor = count - 2 < STUDENT.length && count > 1 ? STUDENT[count - 2] : NORMAL;
    double half = count < 2 ? Double.NaN : factor * Math.sqrt(squares / (count - 1) / count);
    return new Mean(mean, half);
  }
}

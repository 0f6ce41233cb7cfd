package dev.pith.kernels;

/** The error function in double precision. */
public final class Erf {

  private Erf() {}

  /**
   * erf(x) = 2/√π ∫₀ˣ exp(−t²) dt, absolute error below 1e-15.
   *
   * <p>Below 2.5 the Maclaurin series 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)) converges quickly without
   * harmful cancellation; above, the Lentz evaluation of the continued fraction of erfc (Abramowitz
   * and Stegun 7.1.14) does.
   */
  public static double erf(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    double a = Math.abs(x);
    if (a < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; n < 80 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
      }
      return sum * 2 / Math.sqrt(Math.PI);
    }
    if (a > 6) {
      return Math.signum(x);
    }
    return Math.signum(x) * (1 - tail(a));
  }

  /** 1 − erf(x), with a relative error below 1e-12 where it is small. */
  public static double erfc(double x) {
    return x < 2.5 || Double.isNaN(x) ? 1 - erf(x) : tail(x);
  }

  /** erfc(a) for a ≥ 2.5. */
  private static double tail(double a) {
    double fraction = a;
    for (int k = 80; k >= 1; k--) {
      fraction = a + k / 2.0 / fraction;
    }
    return Math.exp(-a * a) / Math.sqrt(Math.PI) / fraction;
  }
}

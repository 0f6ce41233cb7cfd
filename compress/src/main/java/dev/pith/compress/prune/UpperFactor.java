package dev.pith.compress.prune;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Triangular factors of symmetric positive definite matrices, row-major n × n. */
final class UpperFactor {

  private UpperFactor() {}

  /**
   * The upper triangular V with H = V·Vᵀ, or {@code null} if H is not positive definite.
   *
   * @param h reads the upper triangle only
   */
  static double[] of(double[] h, int n) {
    double[] v = new double[n * n];
    for (int j = n - 1; j >= 0; j--) {
      double square = h[j * n + j] - dot(v, j * n, v, j * n, j + 1, n);
      if (!(square > 0)) {
        return null;
      }
      double diagonal = Math.sqrt(square);
      v[j * n + j] = diagonal;
      for (int i = 0; i < j; i++) {
        v[i * n + j] = (h[i * n + j] - dot(v, i * n, v, j * n, j + 1, n)) / diagonal;
      }
    }
    return v;
  }

  /** Four sums at once, so that additions do not wait for each other. */
  private static double dot(double[] a, int aRow, double[] b, int bRow, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = from;
    for (; k + 4 <= to; k += 4) {
      s0 += a[aRow + k] * b[bRow + k];
      s1 += a[aRow + k + 1] * b[bRow + k + 1];
      s2 += a[aRow + k + 2] * b[bRow + k + 2];
      s3 += a[aRow + k + 3] * b[bRow + k + 3];
    }
    for (; k < to; k++) {
      s0 += a[aRow + k] * b[bRow + k];
    }
    return s0 + s1 + s2 + s3;
  }

  /** The inverse U of an upper triangular V; with H = V·Vᵀ, H⁻¹ = Uᵀ·U. */
  static double[] inverse(double[] v, int n) {
    double[] u = new double[n * n];
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              double[] sums = new double[n];
              for (int k = i; k < n; k++) {
                double value = (k == i ? 1 : -sums[k]) / v[k * n + k];
                u[i * n + k] = value;
                for (int j = k + 1; j < n; j++) {
                  sums[j] += value * v[k * n + j];
                }
              }
            });
    return u;
  }

  /** The solution x of V·Vᵀ·x = b; overwrites and returns {@code b}. */
  static double[] solve(double[] v, int n, double[] b) {
    for (int i = n - 1; i >= 0; i--) {
      b[i] = (b[i] - dot(v, i * n, b, 0, i + 1, n)) / v[i * n + i];
    }
    for (int i = 0; i < n; i++) {
      b[i] /= v[i * n + i];
      for (int j = i + 1; j < n; j++) {
        b[j] -= v[i * n + j] * b[i];
      }
    }
    return b;
  }

  /** The rows and columns of H that {@code places} names, upper triangle. */
  static double[] part(double[] h, int n, int[] places) {
    double[] part = new double[places.length * places.length];
    for (int i = 0; i < places.length; i++) {
      for (int j = i; j < places.length; j++) {
        part[i * places.length + j] = h[places[i] * n + places[j]];
      }
    }
    return part;
  }

  /** The full symmetric product H·x from the upper triangle of H. */
  static double[] times(double[] h, int n, double[] x) {
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] += h[i * n + i] * x[i];
      for (int j = i + 1; j < n; j++) {
        y[i] += h[i * n + j] * x[j];
        y[j] += h[i * n + j] * x[i];
      }
    }
    return y;
  }

  /** A copy with {@code amount} added to the diagonal. */
  static double[] damped(double[] h, int n, double amount) {
    double[] copy = Arrays.copyOf(h, h.length);
    for (int i = 0; i < n; i++) {
      copy[i * n + i] += amount;
    }
    return copy;
  }
}

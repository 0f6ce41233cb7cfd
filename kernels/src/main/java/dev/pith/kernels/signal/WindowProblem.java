package dev.pith.kernels.signal;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * y[i] = a0 − a1 · cos(2πi / m) + a2 · cos(4πi / m), where m is the length, or one less.
 *
 * @param dtype element type of y
 * @param length elements of y
 * @param periodic whether m is the length
 * @param a0 constant term
 * @param a1 first term
 * @param a2 second term
 */
public record WindowProblem(
    DType dtype, long length, boolean periodic, double a0, double a1, double a2)
    implements Problem {

  @Override
  public long work() {
    return length;
  }
}

package dev.pith.kernels.testing;

import dev.pith.kernels.tensor.DType;

/**
 * How far results may lie from the reference, which sums in double precision and rounds once.
 *
 * <p>A sum of K products in fp32, in any order, with or without fused multiply-adds, has an error
 * of at most K·u·Σ|w·x| with u = 2⁻²⁴ (Higham, Accuracy and Stability of Numerical Algorithms,
 * 3.1). Errors of single steps are independent enough that their sum grows with the root of K; the
 * bound here is 4·√K·u·Σ|w·x| for operands of a normal distribution, where Σ|w·x| is about (2/π)·K
 * times the product of the deviations. Epilogues add a few u of the result: {@link #RELATIVE}.
 */
public final class Tolerance {

  private static final double UNIT = 0x1p-24;

  /** Relative error that an epilogue (bias, residual, activation, rounding to fp32) may add. */
  public static final double RELATIVE = 32 * UNIT;

  private Tolerance() {}

  /**
   * Absolute error of a sum of {@code k} products of normally distributed fp32 numbers.
   *
   * @param deviation product of the deviations of both factors
   */
  public static double ofSum(long k, double deviation) {
    return 4 * Math.sqrt((double) k + 2) * UNIT * (0.64 * k + 2) * deviation;
  }

  /** Relative error of one rounding to {@code type}. */
  public static double ofRounding(DType type) {
    return switch (type) {
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      case F64 -> 0x1p-52;
      default -> UNIT;
    };
  }
}

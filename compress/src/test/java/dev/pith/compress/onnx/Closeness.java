package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;

/**
 * How near outputs must be to what ONNX's own tests expect: |y − e| ≤ a + 1e-3 · |e|, the bound of
 * ONNX's own test runner, where a is 1e-7 or, if that is more, half a unit in the last place (of
 * fp32) of the largest number expected: a sum of numbers that cancel, such as an inverse Fourier
 * transform, leaves that much of either sign. For 16-bit types one unit in the last place more,
 * because results that differ in fp32 may round apart. Integers and booleans are equal.
 */
final class Closeness {

  private Closeness() {}

  /** What differs; empty if nothing does. */
  static String difference(Tensor actual, Tensor expected) {
    if (actual.dtype() != expected.dtype() || !actual.shape().equals(expected.shape())) {
      return "is " + actual + "; expected is " + expected;
    }
    double relative =
        1e-3
            + (expected.dtype() == DType.BF16
                ? 0x1p-7
                : expected.dtype() == DType.F16 ? 0x1p-10 : 0);
    double absolute = Math.max(1e-7, 0x1p-24 * largest(expected));
    for (long i = 0; i < expected.shape().elementCount(); i++) {
      if (expected.dtype().isFloat()
          ? !near(actual.getDouble(i), expected.getDouble(i), absolute, relative)
          : actual.getLong(i) != expected.getLong(i)) {
        return "element "
            + i
            + " of "
            + expected
            + " is "
            + actual.getDouble(i)
            + "; expected is "
            + expected.getDouble(i);
      }
    }
    return "";
  }

  private static double largest(Tensor tensor) {
    double largest = 0;
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      double value = Math.abs(tensor.getDouble(i));
      largest = Double.isFinite(value) ? Math.max(largest, value) : largest;
    }
    return largest;
  }

  private static boolean near(double actual, double expected, double absolute, double relative) {
    return actual == expected
        || Double.isNaN(actual) && Double.isNaN(expected)
        || Math.abs(actual - expected) <= absolute + relative * Math.abs(expected);
  }
}

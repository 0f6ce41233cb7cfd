package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;

/**
 * How near outputs must be to what ONNX's own tests expect: |y − e| ≤ 1e-7 + 1e-3 · |e|, the bound
 * of ONNX's own test runner; for 16-bit types one unit in the last place more, because results that
 * differ in fp32 may round apart. Integers and booleans are equal.
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
    for (long i = 0; i < expected.shape().elementCount(); i++) {
      if (expected.dtype().isFloat()
          ? !near(actual.getDouble(i), expected.getDouble(i), relative)
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

  private static boolean near(double actual, double expected, double relative) {
    return actual == expected
        || Double.isNaN(actual) && Double.isNaN(expected)
        || Math.abs(actual - expected) <= 1e-7 + relative * Math.abs(expected);
  }
}

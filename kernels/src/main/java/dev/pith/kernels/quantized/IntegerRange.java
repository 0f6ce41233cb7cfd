package dev.pith.kernels.quantized;

import dev.pith.kernels.tensor.DType;

/** Ranges of the integer types that numbers are quantized to. */
final class IntegerRange {

  private IntegerRange() {}

  /** Smallest value of {@code type}, an integer type of at most 16 bits. */
  static int low(DType type) {
    return type.isUnsigned() ? 0 : -(1 << check(type) - 1);
  }

  /** Largest value of {@code type}, an integer type of at most 16 bits. */
  static int high(DType type) {
    return (1 << (type.isUnsigned() ? check(type) : check(type) - 1)) - 1;
  }

  private static int check(DType type) {
    if (!type.isInteger() || type.bits() > 16) {
      throw new IllegalArgumentException(
          type + " is no type to quantize to; U8, I8, U16, I16, U4 and I4 are");
    }
    return type.bits();
  }
}

package dev.pith.kernels.tensor;

/** Conversions of doubles to 16-bit floating-point types, rounding once to nearest even. */
public final class HalfFloats {

  private HalfFloats() {}

  /** IEEE binary16 bits of {@code value}. */
  public static short toF16(double value) {
    return Float.floatToFloat16(roundToOdd(value));
  }

  /** bfloat16 bits of {@code value}. */
  public static short toBf16(double value) {
    float odd = roundToOdd(value);
    int bits = Float.floatToRawIntBits(odd);
    if (Float.isNaN(odd)) {
      return (short) (bits >> 16 | 0x40);
    }
    return (short) (bits + 0x7FFF + (bits >> 16 & 1) >> 16);
  }

  /** The float whose last bit is sticky, so that rounding it again equals rounding once. */
  private static float roundToOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value) || Float.isInfinite(nearest)) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    if ((bits & 1) != 0) {
      return nearest;
    }
    boolean awayFromZero = Math.abs((double) nearest) > Math.abs(value);
    return Float.intBitsToFloat(awayFromZero ? bits - 1 : bits + 1);
  }
}

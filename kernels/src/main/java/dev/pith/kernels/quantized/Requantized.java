package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.HalfFloats;
import java.lang.foreign.MemorySegment;

/** Scalar forms of the roundings that 8-bit operations share. */
final class Requantized {

  private Requantized() {}

  /**
   * Stores element {@code index} of the output of type {@code r.output()} for the sum {@code acc}.
   */
  static void store(Requantize r, MemorySegment output, long index, int acc, float scale) {
    if (r.output() == DType.F32) {
      output.set(Elements.F32, index * 4, (float) acc * scale);
    } else {
      output.set(JAVA_BYTE, index, (byte) r.apply(acc, scale));
    }
  }

  /**
   * {@code clamp(rne(value) + zeroPoint, low, high)}; NaN gives {@code low}. The clamp comes first,
   * in fp32, so that the sum cannot overflow: rounding keeps the order and leaves integers alone.
   */
  static int round(float value, int zeroPoint, int low, int high) {
    float least = low - zeroPoint;
    float most = high - zeroPoint;
    float atLeast = value > least ? value : least;
    float clamped = atLeast < most ? atLeast : most;
    return (int) Math.rint(clamped) + zeroPoint;
  }

  /** Element {@code index} of type F32, F16, BF16 or I32, as fp32. */
  static float load(DType type, MemorySegment values, long index) {
    return (float) Elements.getDouble(type, values, index);
  }

  /** {@code value} rounded to the floating-point type {@code type}. */
  static float as(DType type, float value) {
    return switch (type) {
      case F16 -> Float.float16ToFloat(HalfFloats.toF16(value));
      case BF16 -> Float.intBitsToFloat(HalfFloats.toBf16(value) << 16);
      default -> value;
    };
  }
}

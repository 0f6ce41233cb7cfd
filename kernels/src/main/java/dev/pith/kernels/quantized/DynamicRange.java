package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Scale and zero point of a set of numbers quantized to U8 at run time.
 *
 * <p>With {@code min = min(0, x…)} and {@code max = max(0, x…)}, NaN left out: {@code scale =
 * fl(fl(max − min) / 255)}, or 1 if that is not positive; {@code zeroPoint = clamp(rne(fl(−min /
 * scale)), 0, 255)}. Every step is fp32. Minimum and maximum do not depend on any order, so neither
 * do the results.
 */
final class DynamicRange {

  private DynamicRange() {}

  /** Scale for the given range, {@code min ≤ 0 ≤ max}. */
  static float scale(float min, float max) {
    float scale = (max - min) / 255f;
    return scale > 0 ? scale : 1;
  }

  /** Zero point for the given range and its {@link #scale}. */
  static int zeroPoint(float min, float scale) {
    return Requantized.round(-min / scale, 0, 0, 255);
  }

  /** min(0, x[from … to)) */
  static float min(MemorySegment x, long from, long to) {
    float min = 0;
    for (long i = from; i < to; i++) {
      float value = x.get(Elements.F32, i * 4);
      min = value < min ? value : min;
    }
    return min;
  }

  /** max(0, x[from … to)) */
  static float max(MemorySegment x, long from, long to) {
    float max = 0;
    for (long i = from; i < to; i++) {
      float value = x.get(Elements.F32, i * 4);
      max = value > max ? value : max;
    }
    return max;
  }

  /** Quantizes x[from … to) to y[at …). */
  static void quantize(
      MemorySegment x, long from, long to, float scale, int zero, MemorySegment y, long at) {
    for (long i = from; i < to; i++) {
      int q = Requantized.round(x.get(Elements.F32, i * 4) / scale, zero, 0, 255);
      y.set(JAVA_BYTE, at + i - from, (byte) q);
    }
  }
}

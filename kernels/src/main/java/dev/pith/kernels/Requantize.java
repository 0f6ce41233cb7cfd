package dev.pith.kernels;

import dev.pith.kernels.tensor.DType;

/**
 * From a 32-bit integer sum to a stored result, defined exactly so that every backend agrees bit
 * for bit: {@code y = clamp(rne(float(acc) · scale[m]) + zeroPoint, low, high)} with an fp32
 * multiply and round half to even, or for F32 outputs {@code y = float(acc) · scale[m]}.
 *
 * @param output U8, I8, or F32 for a dequantized result
 * @param inputZeroPoint zero point zx subtracted from every activation, 0 to 255; padding has this
 *     value
 * @param zeroPoint zero point of the output; 0 for F32
 * @param low smallest stored value, inclusive (a ReLU raises it to {@code zeroPoint}); unused for
 *     F32
 * @param high largest stored value, inclusive; unused for F32
 */
public record Requantize(DType output, int inputZeroPoint, int zeroPoint, int low, int high) {

  /** The stored integer for sum {@code acc} of a channel with {@code scale}. */
  public int apply(int acc, float scale) {
    // Math.rint on the float product is exact: a float converts to double without rounding.
    double rounded = Math.rint((double) ((float) acc * scale)) + zeroPoint;
    return (int) Math.min(Math.max(rounded, low), high);
  }
}

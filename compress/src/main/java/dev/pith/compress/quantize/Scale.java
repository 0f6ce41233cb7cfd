package dev.pith.compress.quantize;

import dev.pith.compress.calibrate.Range;

/**
 * Scale and zero point of a U8 tensor: real = scale · (q − zeroPoint).
 *
 * @param scale positive
 * @param zeroPoint 0 to 255
 */
public record Scale(float scale, int zeroPoint) {

  public Scale {
    if (!(scale > 0) || !Float.isFinite(scale) || zeroPoint < 0 || zeroPoint > 255) {
      throw new IllegalArgumentException(
          "scale " + scale + " with zero point " + zeroPoint + " is no U8 quantization");
    }
  }

  /** The parameters that cover a range that includes zero. */
  public static Scale of(Range range) {
    double span = range.max() - range.min();
    if (span < 1e-30) {
      return new Scale(1, 0);
    }
    float scale = (float) (span / 255);
    return new Scale(scale, (int) Math.clamp(Math.rint(-range.min() / scale), 0.0, 255.0));
  }

  /** The U8 value nearest to {@code real}. */
  int quantize(double real) {
    if (Double.isInfinite(real)) {
      return real > 0 ? 255 : 0;
    }
    return (int) Math.clamp(Math.rint(real / scale) + zeroPoint, 0.0, 255.0);
  }

  /** The number that {@code q} stands for. */
  double real(int q) {
    return (double) scale * (q - zeroPoint);
  }
}

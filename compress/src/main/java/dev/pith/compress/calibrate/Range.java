package dev.pith.compress.calibrate;

/**
 * Smallest and largest value that a quantized tensor must represent.
 *
 * @param min at most {@code max}
 * @param max at least {@code min}
 */
public record Range(double min, double max) {
  public Range {
    if (!(min <= max)) {
      throw new IllegalArgumentException(
          "range " + min + " to " + max + " is empty or not a number");
    }
  }

  /** The range together with zero, which quantized tensors must represent exactly. */
  public Range withZero() {
    return new Range(Math.min(min, 0), Math.max(max, 0));
  }
}

package dev.pith.compress.quantize;

import dev.pith.compress.calibrate.RangeMethod;
import dev.pith.compress.layer.NamePattern;
import java.util.List;

/**
 * What to quantize and how.
 *
 * @param mode which form
 * @param method how activation ranges are chosen (static only)
 * @param biasCorrection whether biases absorb the mean error of rounded weights
 * @param equalization whether channel ranges are evened out between neighbouring layers first
 * @param reduceRange whether weights have 7 bits, so that processors that add two products of
 *     activation and weight in 16 bits do so without saturating (not for weights only)
 * @param keep names or glob patterns of nodes that stay in floating point
 */
public record QuantizeSpec(
    Mode mode,
    RangeMethod method,
    boolean biasCorrection,
    boolean equalization,
    boolean reduceRange,
    List<String> keep) {

  /** Largest weight of full range. */
  private static final int FULL = 127;

  /** Largest weight of reduced range: twice it, times 255, is less than 2¹⁵. */
  private static final int REDUCED = 63;

  public QuantizeSpec {
    keep = List.copyOf(keep);
    if (reduceRange && mode == Mode.INT8_WEIGHTS) {
      throw new IllegalArgumentException(
          "reduce_range is for int8 and int8-dynamic; int8-weights multiplies floats");
    }
  }

  /** Largest magnitude of a weight: 127, or 63 with reduced range. */
  public int largestWeight() {
    return reduceRange ? REDUCED : FULL;
  }

  /** Forms of quantization. */
  public enum Mode {
    /** Weights and activations, ranges from calibration. */
    INT8("int8"),
    /** Weights and activations, ranges measured at each run. */
    INT8_DYNAMIC("int8-dynamic"),
    /** Weights only; activations stay in floating point. */
    INT8_WEIGHTS("int8-weights");

    private final String text;

    Mode(String text) {
      this.text = text;
    }

    /** The spelling in recipes and on the command line. */
    public String text() {
      return text;
    }
  }

  /**
   * The specification with the given mode and the defaults: MSE ranges, bias correction.
   *
   * @throws IllegalArgumentException if there is no such mode
   */
  public static QuantizeSpec parse(String text) {
    for (Mode mode : Mode.values()) {
      if (mode.text().equals(text)) {
        return new QuantizeSpec(mode, RangeMethod.MSE, true, false, false, List.of());
      }
    }
    throw new IllegalArgumentException(
        "there is no quantization " + text + "; use int8, int8-dynamic or int8-weights");
  }

  /** The same specification with other nodes kept in floating point. */
  public QuantizeSpec withKeep(List<String> other) {
    return new QuantizeSpec(mode, method, biasCorrection, equalization, reduceRange, other);
  }

  /** The same specification with another way to choose ranges. */
  public QuantizeSpec withMethod(RangeMethod other) {
    return new QuantizeSpec(mode, other, biasCorrection, equalization, reduceRange, keep);
  }

  /** The same specification with cross-layer equalization on or off. */
  public QuantizeSpec withEqualization(boolean other) {
    return new QuantizeSpec(mode, method, biasCorrection, other, reduceRange, keep);
  }

  /** The same specification with bias correction on or off. */
  public QuantizeSpec withBiasCorrection(boolean other) {
    return new QuantizeSpec(mode, method, other, equalization, reduceRange, keep);
  }

  /**
   * The same specification with weights of 7 bits or of 8.
   *
   * @throws IllegalArgumentException if only weights are quantized, and {@code other} is set
   */
  public QuantizeSpec withReduceRange(boolean other) {
    return new QuantizeSpec(mode, method, biasCorrection, equalization, other, keep);
  }

  /** Whether the node named {@code name} stays in floating point. */
  public boolean keeps(String name) {
    return keep.stream().anyMatch(pattern -> new NamePattern(pattern).matches(name));
  }
}

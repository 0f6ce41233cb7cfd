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
 * @param keep names or glob patterns of nodes that stay in floating point
 */
public record QuantizeSpec(
    Mode mode,
    RangeMethod method,
    boolean biasCorrection,
    boolean equalization,
    List<String> keep) {

  public QuantizeSpec {
    keep = List.copyOf(keep);
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
        return new QuantizeSpec(mode, RangeMethod.MSE, true, false, List.of());
      }
    }
    throw new IllegalArgumentException(
        "there is no quantization " + text + "; use int8, int8-dynamic or int8-weights");
  }

  /** The same specification with other nodes kept in floating point. */
  public QuantizeSpec withKeep(List<String> other) {
    return new QuantizeSpec(mode, method, biasCorrection, equalization, other);
  }

  /** The same specification with another way to choose ranges. */
  public QuantizeSpec withMethod(RangeMethod other) {
    return new QuantizeSpec(mode, other, biasCorrection, equalization, keep);
  }

  /** The same specification with cross-layer equalization on or off. */
  public QuantizeSpec withEqualization(boolean other) {
    return new QuantizeSpec(mode, method, biasCorrection, other, keep);
  }

  /** The same specification with bias correction on or off. */
  public QuantizeSpec withBiasCorrection(boolean other) {
    return new QuantizeSpec(mode, method, other, equalization, keep);
  }

  /** Whether the node named {@code name} stays in floating point. */
  public boolean keeps(String name) {
    return keep.stream().anyMatch(pattern -> new NamePattern(pattern).matches(name));
  }
}

package dev.pith.compress.pack;

import java.util.List;
import java.util.Locale;

/** How it is decided which weights leave zeros out. */
public enum LayoutRule {
  /** Where sparse kernels are known not to be slower; the same everywhere. */
  KNOWN,
  /** Where sparse kernels are not slower on the device at hand, timed with the layer's weights. */
  MEASURED,
  /** Wherever it saves bytes. */
  SMALLEST;

  /**
   * The rule that {@code text} names in lower case.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static LayoutRule parse(String text) {
    for (LayoutRule rule : values()) {
      if (rule.toString().equals(text)) {
        return rule;
      }
    }
    throw new IllegalArgumentException(
        "layouts is \"" + text + "\"; possible are " + List.of(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

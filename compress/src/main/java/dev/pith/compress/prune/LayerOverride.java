package dev.pith.compress.prune;

import dev.pith.compress.layer.NamePattern;

/**
 * What is done to layers of certain names instead of the common rule.
 *
 * @param name names of the layers
 * @param pattern which weights are removed together; {@code null} for the common pattern
 * @param sparsity fraction removed, 0 (stays dense) to less than 1
 */
public record LayerOverride(NamePattern name, PrunePattern pattern, double sparsity) {

  public LayerOverride {
    PruneSpec.checkSparsity(sparsity);
    if (pattern instanceof PrunePattern.Channels) {
      throw new IllegalArgumentException(
          "layer "
              + name
              + ": channels are removed from a whole network, not from one layer; give a sparsity"
              + " for it under prune channels instead");
    }
  }

  /**
   * Parses what a recipe says of one name: {@code dense}, a sparsity, or a pattern with sparsity.
   *
   * @throws IllegalArgumentException if it says something else
   */
  public static LayerOverride parse(String name, String text) {
    NamePattern pattern = new NamePattern(name);
    if (text.equals("dense")) {
      return new LayerOverride(pattern, null, 0);
    }
    if (text.matches("[0-9.]+([eE][-+]?\\d+)?")) {
      return new LayerOverride(pattern, null, PruneSpec.sparsity(text));
    }
    PruneSpec spec = PruneSpec.parse(text);
    return new LayerOverride(pattern, spec.pattern(), spec.sparsity());
  }
}

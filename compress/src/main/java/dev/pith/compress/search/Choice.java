package dev.pith.compress.search;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.PrunePattern;
import dev.pith.compress.prune.PruneSpec;
import java.util.List;
import java.util.Locale;

/**
 * What can be done to one layer.
 *
 * @param pattern which weights go together; {@code null} where all stay
 * @param sparsity part of the weights that goes, 0 to less than 1
 * @param bits of a weight: 32 for floating point; 8, 4 or 3 for integers. Fewer than 8 are kept as
 *     codes of int8 values, and such layers run in int8.
 */
public record Choice(PrunePattern pattern, double sparsity, int bits) {

  /** Bits of weights in floating point. */
  public static final int FLOAT = 32;

  private static final int BYTE = 8;

  /** Nothing is done. */
  public static final Choice NONE = new Choice(null, 0, FLOAT);

  /** What is tried, mildest first. */
  public static final List<Choice> ALL =
      List.of(
          NONE,
          new Choice(null, 0, BYTE),
          blocks(0.3, BYTE),
          blocks(0.5, BYTE),
          blocks(0.65, BYTE),
          blocks(0.8, BYTE),
          blocks(0.9, BYTE),
          new Choice(PruneSpec.parse("nm2:4").pattern(), 0.5, BYTE),
          new Choice(null, 0, 4),
          new Choice(PrunePattern.UNSTRUCTURED, 0.5, 4),
          new Choice(PrunePattern.UNSTRUCTURED, 0.7, 4),
          new Choice(PrunePattern.UNSTRUCTURED, 0.85, 4),
          new Choice(null, 0, 3));

  private static Choice blocks(double sparsity, int bits) {
    return new Choice(new PrunePattern.Blocks(2, 4), sparsity, bits);
  }

  /** Whether the layer stays in floating point. */
  public boolean isFloat() {
    return bits == FLOAT;
  }

  /** Whether the layer can be changed like this. */
  public boolean fits(WeightedLayer layer) {
    boolean prunes = pattern != null;
    return !prunes || !layer.isDepthwise() && pattern.refusal(layer) == null;
  }

  /** The choice in words. */
  public String text() {
    String kept =
        pattern == null
            ? "dense"
            : pattern instanceof PrunePattern.Blocks
                ? String.format(Locale.ROOT, "%s:%.2f", pattern.text(), sparsity)
                : pattern.text();
    return kept + (isFloat() ? " fp32" : bits == BYTE ? " int8" : " int8 of " + bits + " bits");
  }
}

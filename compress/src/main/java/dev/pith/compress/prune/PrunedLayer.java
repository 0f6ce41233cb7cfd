package dev.pith.compress.prune;

/**
 * What pruning did to one layer.
 *
 * @param name the layer
 * @param pattern spelling of the pattern, or {@code dense}
 * @param weights number of weights before
 * @param zeros number of zeros after (removed weights included)
 * @param reason why it stayed dense, or the empty string
 */
public record PrunedLayer(String name, String pattern, long weights, long zeros, String reason) {

  /** Fraction of zeros. */
  public double sparsity() {
    return weights == 0 ? 0 : (double) zeros / weights;
  }
}

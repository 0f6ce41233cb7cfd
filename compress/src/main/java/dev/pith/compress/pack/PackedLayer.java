package dev.pith.compress.pack;

import dev.pith.kernels.tensor.Tensor;

/**
 * How the weight of one layer is held.
 *
 * @param name the layer
 * @param weight the weight in its layout
 * @param zeros number of weights that are zero
 */
public record PackedLayer(String name, Tensor weight, long zeros) {

  /** Number of weights. */
  public long weights() {
    return weight.shape().elementCount();
  }

  /** Fraction of zeros. */
  public double sparsity() {
    return weights() == 0 ? 0 : (double) zeros / weights();
  }

  /** Bytes of the weight, indices included. */
  public long bytes() {
    return weight.byteSize();
  }

  /** Bits for each weight, removed ones counted. */
  public double bitsPerWeight() {
    return weights() == 0 ? 0 : 8.0 * bytes() / weights();
  }
}

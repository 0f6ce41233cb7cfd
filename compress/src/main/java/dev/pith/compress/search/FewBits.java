package dev.pith.compress.search;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Tensor;

/**
 * Rounds the weights of each output channel to 2^bits − 1 evenly spaced values around zero, so that
 * int8 quantization afterwards finds that few different values in the whole layer.
 */
final class FewBits {

  private FewBits() {}

  /** The layer's weight, rounded; of the same type and shape. */
  static Tensor rounded(WeightedLayer layer, int bits) {
    float[] weight = layer.weight().toFloats();
    int columns = layer.columns();
    int levels = (1 << bits - 1) - 1;
    for (int row = 0; row < layer.rows(); row++) {
      float largest = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        largest = Math.max(largest, Math.abs(weight[i]));
      }
      for (int i = row * columns; largest > 0 && i < (row + 1) * columns; i++) {
        double level = Math.rint(weight[i] / (double) largest * levels);
        weight[i] = (float) (level / levels * largest) + 0f;
      }
    }
    return WeightedLayer.replaced(layer.weight(), weight);
  }
}

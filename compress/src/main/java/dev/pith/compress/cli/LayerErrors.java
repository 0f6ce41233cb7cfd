package dev.pith.compress.cli;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far compression moved the weights of each layer. */
final class LayerErrors {

  private LayerErrors() {}

  /**
   * By the compressed layer's name, ‖w − s·v‖ / ‖w‖ over all output channels: w are the original
   * weights, v the compressed ones as numbers, s for each channel the scale that fits best. Layers
   * are known by their order, for quantization gives them other names; nothing is said where layers
   * or their extents are not the same.
   */
  static Map<String, Double> of(Graph original, Graph compressed) {
    List<WeightedLayer> before = WeightedLayer.of(original);
    List<WeightedLayer> after = WeightedLayer.of(compressed);
    Map<String, Double> errors = new HashMap<>();
    for (int i = 0; i < after.size() && before.size() == after.size(); i++) {
      WeightedLayer is = after.get(i);
      if (before.get(i).weight().shape().equals(is.weight().shape())) {
        errors.put(is.name(), error(before.get(i), is));
      }
    }
    return errors;
  }

  private static double error(WeightedLayer was, WeightedLayer is) {
    float[] w = floats(was.weight());
    float[] v = floats(is.weight());
    int columns = was.columns();
    double error = 0;
    double norm = 0;
    for (int row = 0; row < was.rows(); row++) {
      double ww = 0;
      double wv = 0;
      double vv = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        ww += (double) w[i] * w[i];
        wv += (double) w[i] * v[i];
        vv += (double) v[i] * v[i];
      }
      norm += ww;
      error += vv == 0 ? ww : Math.max(0, ww - wv * wv / vv);
    }
    return norm == 0 ? 0 : Math.sqrt(error / norm);
  }

  private static float[] floats(Tensor weight) {
    Tensor dense = weight.isDense() ? weight : weight.layout().decode(weight, Arena.ofAuto());
    return dense.toFloats();
  }
}

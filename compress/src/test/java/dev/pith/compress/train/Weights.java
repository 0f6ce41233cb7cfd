package dev.pith.compress.train;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.util.Arrays;
import java.util.Map;

/** Weights of graphs, for comparisons. */
final class Weights {

  private Weights() {}

  /** A text that is equal for equal bits. */
  static String hash(Trainer.Result result) {
    return hash(result.graph());
  }

  /** A text that is equal for equal bits. */
  static String hash(Graph graph) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Tensor> entry : graph.constants().entrySet()) {
      float[] values = entry.getValue().toFloats();
      int[] bits = new int[values.length];
      for (int i = 0; i < values.length; i++) {
        bits[i] = Float.floatToRawIntBits(values[i]);
      }
      text.append(entry.getKey()).append(' ').append(Arrays.hashCode(bits)).append('\n');
    }
    return text.toString();
  }

  /** The constant {@code name} as floats. */
  static float[] floats(Graph graph, String name) {
    return graph.constants().get(name).toFloats();
  }
}

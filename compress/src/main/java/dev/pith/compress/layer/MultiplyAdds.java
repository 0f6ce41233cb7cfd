package dev.pith.compress.layer;

import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;

/** Counts what convolutions and linear layers multiply; zeros of sparse layouts count too. */
public final class MultiplyAdds {

  private MultiplyAdds() {}

  /**
   * Multiply-adds of all layers with constant weights for one sample.
   *
   * @throws dev.pith.runtime.graph.InvalidGraphException if shapes cannot be inferred beforehand
   */
  public static long of(Graph graph) {
    ValueTypes types = ValueTypes.of(graph);
    long sum = 0;
    for (Node node : graph.nodes()) {
      var weight =
          WeightedLayer.isWeighted(node.op()) ? graph.constant(node, WeightedLayer.WEIGHT) : null;
      if (weight != null && !types.isKnown(node.output(0))) {
        long outputs = types.shape(node.output(0)).elementCount();
        sum = Math.addExact(sum, Math.multiplyExact(outputs, weight.columns()));
      }
    }
    return sum;
  }
}

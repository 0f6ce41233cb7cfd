package dev.pith.bench.model;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Linear;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Gives layers weights of their own where a model file has the same number everywhere. */
final class SeededWeights {

  private SeededWeights() {}

  /**
   * {@code graph} with new weights in every convolution and linear layer: uniform with variance 2 /
   * fan-in, biases 0. Layers that shared a constant no longer do.
   */
  static Graph apply(Graph graph, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : editor.nodes()) {
      Tensor weight = editor.constant(node, 1);
      boolean layer = node.op() instanceof Conv || node.op() instanceof Linear;
      if (!layer || weight == null || weight.dtype() != DType.F32) {
        continue;
      }
      List<String> inputs = new ArrayList<>(node.inputs());
      double bound = Math.sqrt(6.0 / weight.columns());
      inputs.set(1, editor.addConstant(node.name() + ".weight", uniform(weight, bound, random)));
      Tensor bias = editor.constant(node, 2);
      if (bias != null) {
        Tensor zero = Tensor.allocate(Arena.ofAuto(), DType.F32, Shape.of(bias.shape().dims()));
        inputs.set(2, editor.addConstant(node.name() + ".bias", zero));
      }
      editor.replace(node.withInputs(inputs));
    }
    return editor.toGraph();
  }

  private static Tensor uniform(Tensor like, double bound, SplittableRandom random) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), DType.F32, like.shape());
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      tensor.values().set(Elements.F32, 4 * i, (float) random.nextDouble(-bound, bound));
    }
    return tensor;
  }
}

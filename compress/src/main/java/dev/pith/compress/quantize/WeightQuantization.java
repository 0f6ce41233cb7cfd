package dev.pith.compress.quantize;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.DynamicConv;
import dev.pith.runtime.graph.ops.DynamicLinear;
import dev.pith.runtime.graph.ops.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * Quantization that needs no calibration: weights-only (activations stay F32, kernels multiply by
 * the row's scale) and dynamic (activations are rounded when the layer runs, for each row or image
 * by itself, so that results do not depend on the batch).
 */
public final class WeightQuantization {

  private WeightQuantization() {}

  /**
   * The graph with int8 weights.
   *
   * @param spec mode {@code INT8_DYNAMIC} or {@code INT8_WEIGHTS}, and nodes to keep
   */
  public static Graph apply(Graph graph, QuantizeSpec spec) {
    GraphEditor editor = new GraphEditor(graph);
    boolean dynamic = spec.mode() == QuantizeSpec.Mode.INT8_DYNAMIC;
    for (Node node : graph.nodes()) {
      Tensor weight = graph.constant(node, 1);
      boolean layer = node.op() instanceof Conv || node.op() instanceof Linear;
      if (layer
          && weight != null
          && weight.isDense()
          && weight.dtype().isFloat()
          && !spec.keeps(node.name())) {
        QuantizedWeight rounded = QuantizedWeight.of(weight, spec.largestWeight());
        String name = editor.addConstant(node.input(1) + "_i8", rounded.values());
        editor.replace(dynamic ? dynamic(editor, node, name, rounded) : weightsOnly(node, name));
      }
    }
    return editor.toGraph();
  }

  private static Node weightsOnly(Node node, String weight) {
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(1, weight);
    return node.withInputs(inputs);
  }

  private static Node dynamic(
      GraphEditor editor, Node node, String weight, QuantizedWeight rounded) {
    Tensor scales = Tensor.of(rounded.scales(), rounded.scales().length);
    List<String> inputs =
        List.of(
            node.input(0),
            weight,
            editor.addConstant(node.name() + "_scale", scales),
            node.input(2),
            node.input(3));
    return new Node(
        node.name(),
        node.op() instanceof Conv conv
            ? new DynamicConv(conv.window(), conv.activation())
            : new DynamicLinear(((Linear) node.op()).activation()),
        inputs,
        node.outputs());
  }
}

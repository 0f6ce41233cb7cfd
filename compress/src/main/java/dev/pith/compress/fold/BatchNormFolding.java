package dev.pith.compress.fold;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalization with stored statistics becomes a product and a sum, one factor and one addend
 * for each channel; layers before it then take both into weight and bias.
 */
public final class BatchNormFolding implements Pass {

  @Override
  public String name() {
    return "batch-norm-folding";
  }

  @Override
  public Graph apply(Graph graph) {
    if (graph.nodes().stream().noneMatch(node -> node.op() instanceof BatchNorm)) {
      return graph;
    }
    TypeTracker types = GraphTypes.of(graph);
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof BatchNorm norm) {
        changed |= rewrite(graph, editor, node, norm.epsilon(), types);
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  private static boolean rewrite(
      Graph graph, GraphEditor editor, Node node, float epsilon, TypeTracker types) {
    int rank = types.rank(node.input(0));
    for (int i = 1; i <= 4; i++) {
      if (graph.constant(node, i) == null) {
        return false;
      }
    }
    if (rank < 2 || types.dtype(node.input(0)) != DType.F32) {
      return false;
    }
    int channels = Math.toIntExact(graph.constant(node, 1).shape().elementCount());
    float[] factor = new float[channels];
    float[] addend = new float[channels];
    for (int i = 0; i < channels; i++) {
      double variance = graph.constant(node, 4).getDouble(i) + epsilon;
      double a = graph.constant(node, 1).getDouble(i) / Math.sqrt(variance);
      factor[i] = (float) a;
      addend[i] =
          (float) (graph.constant(node, 2).getDouble(i) - graph.constant(node, 3).getDouble(i) * a);
    }
    long[] dims = new long[rank - 1];
    Arrays.fill(dims, 1);
    dims[0] = channels;
    String scale = editor.addConstant(node.name() + "_scale", Tensor.of(factor, dims));
    String shift = editor.addConstant(node.name() + "_shift", Tensor.of(addend, dims));
    String product = editor.freshName(node.output(0) + "_scaled");
    String name = editor.freshName(node.name() + "_multiply");
    editor.replace(
        new Node(
            node.name(), new Binary(BinaryFunction.ADD), List.of(product, shift), node.outputs()));
    editor.add(
        new Node(
            name, new Binary(BinaryFunction.MUL), List.of(node.input(0), scale), List.of(product)));
    return true;
  }
}

package dev.pith.compress.fuse;

import dev.pith.compress.onnx.WeightOrder;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.MatMul;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Products with a constant matrix become linear layers; a factor goes into the weight. */
public final class LinearFromMatMul implements Pass {

  @Override
  public String name() {
    return "linear-from-matmul";
  }

  @Override
  public Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    Map<String, String> transposed = new HashMap<>();
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof MatMul op) || op.transposeA()) {
        continue;
      }
      Tensor matrix = graph.constant(node, 1);
      if (matrix == null || matrix.shape().rank() != 2 || matrix.dtype() != DType.F32) {
        continue;
      }
      String key = node.input(1) + " " + op.transposeB() + " " + op.alpha();
      String weight =
          transposed.computeIfAbsent(
              key, k -> editor.addConstant(node.input(1) + "_linear", weight(op, matrix)));
      editor.replace(
          new Node(
              node.name(),
              new Linear(Activation.NONE),
              List.of(node.input(0), weight),
              node.outputs()));
      changed = true;
    }
    return changed ? editor.toGraph() : graph;
  }

  private static Tensor weight(MatMul op, Tensor matrix) {
    Tensor rows = op.transposeB() ? matrix : WeightOrder.transposed(matrix);
    if (op.alpha() == 1) {
      return rows;
    }
    float[] values = rows.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= op.alpha();
    }
    return Tensor.of(values, rows.shape().dims());
  }
}

package dev.pith.compress.qdq;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.DequantizeLinear;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.MatMul;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers on floating-point inputs whose symmetric weights are dequantized keep them in I8: kernels
 * multiply by the row's scale. Folding the constants instead would make the file four times larger.
 */
public final class WeightOnlyLayers implements Pass {

  @Override
  public String name() {
    return "weight-only-layers";
  }

  @Override
  public Graph apply(Graph graph) {
    boolean any =
        graph.nodes().stream()
            .anyMatch(n -> n.op() instanceof Dequantize || n.op() instanceof DequantizeLinear);
    if (!any) {
      return graph;
    }
    QdqGraph search = new QdqGraph(new GraphEditor(graph), GraphTypes.of(graph));
    boolean changed = false;
    for (Node node : graph.nodes()) {
      QdqProduct product =
          search.types().dtype(node.input(0)) == DType.F32 ? QdqProduct.of(search, node) : null;
      if (product != null) {
        rewrite(search.editor(), product);
        changed = true;
      }
    }
    return changed ? search.editor().toGraph() : graph;
  }

  private static void rewrite(GraphEditor editor, QdqProduct product) {
    Node node = product.node();
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(1, editor.addConstant(node.name() + "_weight", product.weight()));
    editor.replace(
        node.withOp(node.op() instanceof MatMul ? new Linear(Activation.NONE) : node.op())
            .withInputs(inputs));
  }
}

package dev.pith.compress.fuse;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.MatMul;

/** A number that a matrix product is multiplied with or divided by becomes its factor. */
public final class ScaleIntoMatMul implements Pass {

  @Override
  public String name() {
    return "scale-into-matmul";
  }

  @Override
  public Graph apply(Graph graph) {
    if (graph.nodes().stream().noneMatch(node -> node.op() instanceof MatMul)) {
      return graph;
    }
    TypeTracker types = GraphTypes.of(graph);
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Binary binary) {
        changed |= fuse(editor, node, binary.function(), types);
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  private static boolean fuse(
      GraphEditor editor, Node node, BinaryFunction function, TypeTracker types) {
    boolean right = editor.constant(node, 1) != null;
    Tensor number = editor.constant(node, right ? 1 : 0);
    boolean scales = function == BinaryFunction.MUL || function == BinaryFunction.DIV && right;
    String value = node.input(right ? 0 : 1);
    Node product = scales && number != null ? editor.producer(value) : null;
    if (product == null
        || !(product.op() instanceof MatMul op)
        || editor.onlyConsumer(value) == null
        || !number.dtype().isFloat()
        || number.shape().elementCount() != 1
        || number.shape().rank() > Math.max(2, types.rank(value))) {
      return false;
    }
    double factor = number.getDouble(0);
    double alpha = function == BinaryFunction.DIV ? op.alpha() / factor : op.alpha() * factor;
    if (!Float.isFinite((float) alpha)) {
      return false;
    }
    editor.remove(node);
    editor.replace(
        product
            .withOp(new MatMul(op.transposeA(), op.transposeB(), (float) alpha))
            .withOutputs(node.outputs()));
    return true;
  }
}

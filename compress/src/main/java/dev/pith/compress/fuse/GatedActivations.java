package dev.pith.compress.fuse;

import dev.pith.compress.pass.Pass;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Unary;
import java.util.List;

/**
 * x · sigmoid(x) becomes SiLU, and x · min(max(x/6 + 1/2, 0), 1) becomes hard swish: one function
 * that layers can take in.
 */
public final class GatedActivations implements Pass {

  private static final float SIXTH = 1f / 6;

  @Override
  public String name() {
    return "gated-activations";
  }

  @Override
  public Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Binary binary && binary.function() == BinaryFunction.MUL) {
        changed |= rewrite(editor, node, 0) || rewrite(editor, node, 1);
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  /** Whether input {@code gate} of the product is a gate of the other input; then rewrites it. */
  private static boolean rewrite(GraphEditor editor, Node product, int gate) {
    String x = product.input(1 - gate);
    Node producer = editor.producer(product.input(gate));
    if (producer == null
        || !(producer.op() instanceof Unary unary)
        || !producer.input(0).equals(x)) {
      return false;
    }
    boolean hardSwish =
        unary.function() == UnaryFunction.HARD_SIGMOID
            && Math.abs(unary.alpha() - SIXTH) < 1e-6f
            && unary.beta() == 0.5f;
    if (!hardSwish && unary.function() != UnaryFunction.SIGMOID) {
      return false;
    }
    UnaryFunction function = hardSwish ? UnaryFunction.HARD_SWISH : UnaryFunction.SILU;
    editor.replace(new Node(product.name(), Unary.of(function), List.of(x), product.outputs()));
    return true;
  }
}

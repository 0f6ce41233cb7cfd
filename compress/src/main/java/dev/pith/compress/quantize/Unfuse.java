package dev.pith.compress.quantize;

import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes residual sums and nonlinear functions out of layers again, because in 8 bits each has a
 * range of its own. ReLU and clip stay in layers without a residual: they are a clamp there.
 */
public final class Unfuse {

  private Unfuse() {}

  /** The graph with plain layers. */
  public static Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : graph.nodes()) {
      Activation activation =
          switch (node.op()) {
            case Conv conv -> conv.activation();
            case Linear linear -> linear.activation();
            default -> null;
          };
      if (activation != null && needsSplit(node, activation)) {
        split(editor, node, activation);
      }
    }
    return editor.toGraph();
  }

  private static boolean needsSplit(Node node, Activation activation) {
    boolean clamp =
        activation.kind() == Activation.Kind.NONE
            || activation.kind() == Activation.Kind.RELU
            || activation.kind() == Activation.Kind.CLIP;
    return node.hasInput(3) || !clamp;
  }

  private static void split(GraphEditor editor, Node node, Activation activation) {
    Op plain =
        node.op() instanceof Conv conv
            ? new Conv(conv.window(), Activation.NONE)
            : new Linear(Activation.NONE);
    boolean hasFunction = activation.kind() != Activation.Kind.NONE;
    String y = node.output(0);
    String product = editor.freshName(y + "_product");
    List<String> inputs = new ArrayList<>(node.inputs());
    if (node.hasInput(3)) {
      String sum = hasFunction ? editor.freshName(y + "_sum") : y;
      Node add =
          new Node(
              editor.freshName(node.name() + "_add"),
              new Binary(BinaryFunction.ADD),
              List.of(product, node.input(3)),
              List.of(sum));
      inputs = inputs.subList(0, 3);
      editor.replace(new Node(node.name(), plain, inputs, List.of(product)));
      editor.add(add);
      product = sum;
    } else {
      editor.replace(new Node(node.name(), plain, inputs, List.of(product)));
    }
    if (hasFunction) {
      editor.add(
          new Node(
              editor.freshName(node.name() + "_activation"),
              function(activation),
              List.of(product),
              List.of(y)));
    }
  }

  private static Op function(Activation activation) {
    UnaryFunction function = UnaryFunction.valueOf(activation.kind().name());
    return new Unary(function, activation.alpha(), activation.beta());
  }
}

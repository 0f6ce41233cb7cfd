package dev.pith.compress.fuse;

import dev.pith.compress.pass.Pass;
import dev.pith.kernels.Activation;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Unary;

/**
 * A function of a layer's output that kernels can apply before they store it goes into the layer.
 */
public final class ActivationFusion implements Pass {

  @Override
  public String name() {
    return "activation-fusion";
  }

  @Override
  public Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      Activation activation = activation(node);
      Layer layer = activation == null ? null : Layer.of(editor.producer(node.input(0)));
      if (layer == null
          || layer.activation().kind() != Activation.Kind.NONE
          || editor.onlyConsumer(node.input(0)) == null) {
        continue;
      }
      editor.remove(node);
      editor.replace(layer.with(activation).withOutputs(node.outputs()));
      changed = true;
    }
    return changed ? editor.toGraph() : graph;
  }

  /** The function of {@code node} as layers have it, or {@code null} if they do not. */
  private static Activation activation(Node node) {
    if (!(node.op() instanceof Unary unary)) {
      return null;
    }
    for (Activation.Kind kind : Activation.Kind.values()) {
      if (kind.name().equals(unary.function().name())) {
        return new Activation(kind, unary.alpha(), unary.beta());
      }
    }
    return null;
  }
}

package dev.pith.compress.fold;

import dev.pith.compress.pass.Pass;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Identity;

/** Nodes that return their input go; readers read the input. */
public final class IdentityRemoval implements Pass {

  @Override
  public String name() {
    return "identity-removal";
  }

  @Override
  public Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : editor.nodes()) {
      // Read the node anew: an earlier removal may have renamed its input.
      Node current = editor.producer(node.output(0));
      if (current != null && current.op() instanceof Identity) {
        changed |= editor.bypass(current, current.input(0));
      }
    }
    return changed ? editor.toGraph() : graph;
  }
}

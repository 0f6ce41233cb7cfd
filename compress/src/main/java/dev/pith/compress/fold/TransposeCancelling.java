package dev.pith.compress.fold;

import dev.pith.compress.pass.Pass;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.graph.ops.Transpose;
import java.util.ArrayList;
import java.util.List;

/** Two transpositions in a row become one, or none where the second undoes the first. */
public final class TransposeCancelling implements Pass {

  @Override
  public String name() {
    return "transpose-cancelling";
  }

  @Override
  public Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Transpose second) {
        changed |= cancel(editor, node, second);
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  private static boolean cancel(GraphEditor editor, Node node, Transpose second) {
    Node before = editor.producer(node.input(0));
    if (before == null
        || !(before.op() instanceof Transpose first)
        || first.order().isEmpty()
        || first.order().size() != second.order().size()) {
      return false;
    }
    int rank = first.order().size();
    List<Long> order = new ArrayList<>();
    boolean same = true;
    for (int i = 0; i < rank; i++) {
      long axis = first.order().get(Math.floorMod(second.order().get(i).intValue(), rank));
      order.add(Math.floorMod(axis, (long) rank));
      same &= order.get(i) == i;
    }
    Node joined = node.withInputs(List.of(before.input(0)));
    editor.replace(joined.withOp(same ? new Identity() : new Transpose(order)));
    return true;
  }
}

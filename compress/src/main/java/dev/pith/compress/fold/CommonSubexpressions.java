package dev.pith.compress.fold;

import dev.pith.compress.pass.Pass;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes that compute the same from the same values are computed once. */
public final class CommonSubexpressions implements Pass {

  private record Expression(Op op, List<String> inputs, List<Boolean> outputs) {}

  @Override
  public String name() {
    return "common-subexpressions";
  }

  @Override
  public Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    Map<Expression, Node> first = new HashMap<>();
    Map<String, String> renamed = new HashMap<>();
    boolean changed = false;
    for (Node node : graph.nodes()) {
      List<String> inputs =
          node.inputs().stream().map(name -> renamed.getOrDefault(name, name)).toList();
      List<Boolean> named = node.outputs().stream().map(String::isEmpty).toList();
      Node same = first.putIfAbsent(new Expression(node.op(), inputs, named), node);
      if (same == null || node.outputs().stream().anyMatch(editor::isOutput)) {
        continue;
      }
      editor.remove(node);
      for (int i = 0; i < named.size(); i++) {
        if (!named.get(i)) {
          editor.redirect(node.output(i), same.output(i));
          renamed.put(node.output(i), same.output(i));
        }
      }
      changed = true;
    }
    return changed ? editor.toGraph() : graph;
  }
}

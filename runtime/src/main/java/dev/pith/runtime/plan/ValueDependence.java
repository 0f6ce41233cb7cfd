package dev.pith.runtime.plan;

import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which graph inputs a value is computed from. */
public final class ValueDependence {

  private ValueDependence() {}

  /** Names of the graph inputs that {@code value} depends on, directly or not. */
  public static Set<String> inputsOf(Graph graph, String value) {
    Map<String, Node> producers = new HashMap<>();
    for (Node node : graph.nodes()) {
      node.outputs().forEach(output -> producers.put(output, node));
    }
    List<String> inputs = graph.inputs().stream().map(ValueInfo::name).toList();
    Set<String> seen = new HashSet<>();
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (!name.isEmpty() && seen.add(name)) {
        if (inputs.contains(name)) {
          found.add(name);
        } else if (producers.containsKey(name)) {
          open.addAll(producers.get(name).inputs());
        }
      }
    }
    return found;
  }
}

package dev.pith.runtime.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Orders nodes so that each follows the nodes it reads from; no recursion, so depth is no limit.
 */
final class TopologicalSort {

  private TopologicalSort() {}

  /** Nodes that the given values depend on. */
  static Set<Node> reachable(Collection<String> values, Map<String, Node> producers) {
    Set<Node> live = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(values);
    while (!open.isEmpty()) {
      Node node = producers.get(open.pop());
      if (node != null && live.add(node)) {
        open.addAll(node.inputs());
      }
    }
    return live;
  }

  /** {@code nodes} in topological order, keeping their order where nothing forces a change. */
  static List<Node> sort(List<Node> nodes, Map<String, Node> producers) {
    Set<Node> done = new LinkedHashSet<>();
    for (Node root : nodes) {
      Set<Node> onPath = new HashSet<>();
      Deque<Node> stack = new ArrayDeque<>();
      stack.push(root);
      while (!stack.isEmpty()) {
        Node node = stack.peek();
        if (done.contains(node)) {
          stack.pop();
          continue;
        }
        boolean ready = true;
        onPath.add(node);
        for (String input : node.inputs()) {
          Node producer = producers.get(input);
          if (producer != null && !done.contains(producer)) {
            if (onPath.contains(producer)) {
              throw new InvalidGraphException(
                  "nodes " + node.name() + " and " + producer.name() + " form a cycle");
            }
            stack.push(producer);
            ready = false;
          }
        }
        if (ready) {
          done.add(node);
          stack.pop();
        }
      }
    }
    return new ArrayList<>(done);
  }
}

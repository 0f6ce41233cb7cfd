package dev.pith.compress.onnx;

import dev.pith.runtime.graph.Graph;
import java.util.List;

/**
 * The body of a control-flow node.
 *
 * @param graph inputs: the body's own, in order, then {@code captured}; constants of outer graphs
 *     that it reads are its own constants
 * @param captured computed values of outer graphs that the body reads, under their names there;
 *     they must become inputs of the node
 */
public record Subgraph(Graph graph, List<String> captured) {
  public Subgraph {
    captured = List.copyOf(captured);
  }
}

package dev.pith.compress.pass;

import dev.pith.runtime.graph.Graph;

/**
 * A change of a graph that leaves its answers as they are, but for rounding. Immutable,
 * thread-safe.
 */
public interface Pass {

  /** The name for logs, recipes and messages: lower case with hyphens. */
  String name();

  /** The changed graph; an equal one where there is nothing to do. */
  Graph apply(Graph graph);
}

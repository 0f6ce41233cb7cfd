package dev.pith.runtime;

import dev.pith.runtime.graph.Graph;
import java.lang.foreign.Arena;

/**
 * A network ready to be run: graph and weights. Immutable and safe for use from many threads.
 *
 * <p>Closing the model releases the mapped file; sessions must be closed before.
 */
public final class Model implements AutoCloseable {

  private final Graph graph;
  private final Arena arena;

  private Model(Graph graph, Arena arena) {
    this.graph = graph;
    this.arena = arena;
  }

  /** A model over a graph in memory; the constants' memory stays with whoever owns it. */
  public static Model of(Graph graph) {
    return new Model(graph, null);
  }

  /** The network. */
  public Graph graph() {
    return graph;
  }

  /**
   * Opens a session on a device.
   *
   * @throws dev.pith.runtime.device.BackendUnavailableException if the options name a device that
   *     is not there
   */
  public Session newSession(SessionOptions options) {
    return new Session(graph, Backends.open(options));
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }
}

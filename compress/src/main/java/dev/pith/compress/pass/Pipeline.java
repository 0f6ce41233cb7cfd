package dev.pith.compress.pass;

import dev.pith.compress.Passes;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphVerifier;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Passes in order, over and over until none finds anything to do; after each the graph is verified.
 * Immutable, thread-safe.
 */
public final class Pipeline {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.compress.pass");

  /** What one pass makes possible for another shows in the next round; two or three suffice. */
  private static final int MAX_ROUNDS = 8;

  private final List<Pass> passes;

  /**
   * A pipeline.
   *
   * @param passes in order
   */
  public Pipeline(List<Pass> passes) {
    this.passes = List.copyOf(passes);
  }

  /** All passes, as every imported model goes through them. */
  public static Pipeline standard() {
    return new Pipeline(Passes.ALL);
  }

  /**
   * Runs the passes.
   *
   * @throws dev.pith.runtime.graph.InvalidGraphException if a pass makes an illegal graph; the
   *     message names the pass
   */
  public Graph run(Graph graph) {
    return run(graph, (pass, after) -> {});
  }

  /**
   * Runs the passes and tells {@code changed} of each pass that changed the graph, and the graph
   * then.
   */
  public Graph run(Graph graph, BiConsumer<Pass, Graph> changed) {
    Graph current = graph;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Graph before = current;
      for (Pass pass : passes) {
        Graph after = run(pass, current);
        if (!after.equals(current)) {
          changed.accept(pass, after);
        }
        current = after;
      }
      if (current.equals(before)) {
        break;
      }
    }
    return current;
  }

  private static Graph run(Pass pass, Graph graph) {
    long start = System.nanoTime();
    Graph after = pass.apply(graph);
    long micros = (System.nanoTime() - start) / 1000;
    if (after.equals(graph)) {
      LOGGER.log(Level.DEBUG, "{0}: nothing to do, {1} us", pass.name(), micros);
      return graph;
    }
    GraphVerifier.verify(after, "pass " + pass.name());
    LOGGER.log(
        Level.DEBUG,
        "{0}: {1} nodes to {2}, {3} us",
        pass.name(),
        graph.nodes().size(),
        after.nodes().size(),
        micros);
    return after;
  }
}

package dev.pith.kernels;

/**
 * One fully specified computation: every shape, dtype, layout and attribute, and no data.
 *
 * <p>Implementations are immutable records with value equality, so that a problem can be a key (for
 * timings and caches). {@code toString} prints the problem in one line; a failing test and the
 * planner's explanation show that text.
 */
public interface Problem {

  /**
   * Multiply-adds (or, where there are none, elements touched) of the dense computation; used for
   * reports and to decide whether a layer is worth timing, never for correctness.
   */
  long work();
}

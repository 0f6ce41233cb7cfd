package dev.pith.kernels.elementwise;

import java.lang.foreign.MemorySegment;

/** One function of F32 elements that follow each other. */
interface UnaryLoop {

  /**
   * y[i] = f(x[i]) for {@code count} elements.
   *
   * @param at byte offset of the first element in both segments
   */
  void run(MemorySegment x, MemorySegment y, long at, long count, float alpha, float beta);
}

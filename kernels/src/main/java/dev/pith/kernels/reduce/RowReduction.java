package dev.pith.kernels.reduce;

import java.lang.foreign.MemorySegment;

/** Inner loops of F32 reductions; offsets are in bytes. Implementations are stateless. */
interface RowReduction {

  /** Columns that {@link #columns} reduces at once. */
  int width();

  /** The function of {@code count} neighbours. */
  float row(ReduceFunction function, MemorySegment x, long at, long count);

  /**
   * The function of {@code count} elements {@code step} bytes apart, for {@link #width} neighbours
   * at once.
   */
  void columns(
      ReduceFunction function,
      MemorySegment x,
      long at,
      long count,
      long step,
      MemorySegment y,
      long to);
}

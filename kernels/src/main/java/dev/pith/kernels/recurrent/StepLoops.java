package dev.pith.kernels.recurrent;

import java.lang.foreign.MemorySegment;

/** The two loops of a step that take time; offsets are in bytes. Implementations are stateless. */
interface StepLoops {

  /** y[i] += Σ w[row + i, k] · x[k] for {@code rows} rows of {@code columns}. */
  void products(
      MemorySegment w,
      long row,
      int rows,
      int columns,
      MemorySegment x,
      long at,
      MemorySegment y,
      long to);

  /** x[i] = gate(clipped x[i]); a clip of 0 is none. */
  void activate(Gate gate, float clip, MemorySegment x, long at, int count);
}

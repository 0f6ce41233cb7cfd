package dev.pith.kernels.resample;

import java.lang.foreign.MemorySegment;

/** The loop of resizing that runs along rows of x. Implementations are stateless. */
interface RowBlend {

  /** line[i] = x[i] · weight, plus what is there already where {@code add}. */
  void blend(MemorySegment x, long at, int count, float weight, boolean add, MemorySegment line);
}

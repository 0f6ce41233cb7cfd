package dev.pith.kernels.reduce;

import java.lang.foreign.MemorySegment;

/** Inner loops of F32 softmax; offsets are in bytes. Implementations are stateless. */
interface RowSoftmax {

  /** Columns that {@link #columns} computes at once. */
  int width();

  /** Softmax, or its logarithm, of {@code count} neighbours. */
  void row(boolean log, MemorySegment x, long at, long count, MemorySegment y, long to);

  /** The same along {@code count} elements {@code step} bytes apart, for neighbours at once. */
  void columns(boolean log, MemorySegment x, long at, long count, long step, MemorySegment y);
}

package dev.pith.kernels.attention;

import java.lang.foreign.MemorySegment;

/**
 * Loops over the vectors of a head; positions count elements. Scratch holds scores and sums in the
 * implementation's own precision. Implementations are stateless.
 */
interface HeadLoops {

  /** Σ a · b. */
  double dot(MemorySegment a, long at, MemorySegment b, long from, long count);

  /** Element {@code index} of scratch. */
  double get(MemorySegment scratch, long index);

  /** Sets element {@code index} of scratch. */
  void set(MemorySegment scratch, long index, double value);

  /** Replaces the first {@code count} scores by their softmax; all −∞ become zeros. */
  void softmax(MemorySegment scratch, long count);

  /** scratch[to + i] += weight · v[at + i]. */
  void add(double weight, MemorySegment v, long at, long count, MemorySegment scratch, long to);

  /** y[to + i] = scratch[at + i]. */
  void store(MemorySegment scratch, long at, long count, MemorySegment y, long to);
}

package dev.pith.kernels;

import java.lang.foreign.MemorySegment;

/**
 * A prepared kernel: immutable, allocation-free to run, safe to run from many threads at once with
 * different arguments or disjoint work ranges.
 *
 * <p>Work is split into {@link #workItems} independent items per phase; phases are separated by a
 * barrier. Results never depend on how the items are split.
 */
public interface HostProgram {

  /** Number of phases; all items of a phase finish before the next begins. */
  default int phases() {
    return 1;
  }

  /** Number of independent items of {@code phase}, at least 1. */
  long workItems(int phase);

  /** Bytes of scratch each thread needs while it runs items, 64-byte aligned; 0 for none. */
  default long scratchBytes() {
    return 0;
  }

  /**
   * Floats of scratch on the heap that each thread needs instead of {@link #scratchBytes}; 0 for
   * kernels that use native scratch.
   *
   * <p>C2 removes the bounds checks of array accesses from inner loops more reliably than those of
   * memory segments: matrix products of floats run about twice as fast on panels in arrays.
   */
  default int scratchFloats() {
    return 0;
  }

  /** Bytes of workspace shared by all threads and phases of one run, 64-byte aligned. */
  default long sharedBytes() {
    return 0;
  }

  /**
   * Runs items {@code from} (inclusive) to {@code to} (exclusive) of {@code phase}.
   *
   * @param arguments the operands, with the shapes the problem states
   * @param shared workspace of {@link #sharedBytes} bytes, contents undefined when phase 0 begins
   * @param scratch this thread's workspace of {@link #scratchBytes} bytes, contents undefined;
   *     where {@link #scratchFloats} is not 0, a heap segment over a whole {@code float[]} of at
   *     least that length
   */
  void run(
      int phase,
      Arguments arguments,
      MemorySegment shared,
      MemorySegment scratch,
      long from,
      long to);
}

package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import java.lang.foreign.MemorySegment;

/** A program of one activation and one output, given as bytes, so that programs can be chained. */
interface QuadProgram extends HostProgram {

  /**
   * Runs items of {@code phase}; see {@link HostProgram#run}.
   *
   * @param x the activation
   * @param y the output
   */
  void run(
      int phase,
      MemorySegment x,
      MemorySegment y,
      MemorySegment shared,
      MemorySegment scratch,
      long from,
      long to);

  @Override
  default void run(
      int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
    run(phase, a.inputValues(0), a.outputValues(0), shared, scratch, from, to);
  }
}

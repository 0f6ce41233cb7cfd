package dev.pith.kernels;

import java.lang.foreign.MemorySegment;

/** A program that cannot be split: one phase with one work item, without workspace. */
@FunctionalInterface
public interface SingleItemProgram extends HostProgram {

  /** Computes every output. */
  void run(Arguments arguments);

  @Override
  default long workItems(int phase) {
    return 1;
  }

  @Override
  default void run(
      int phase,
      Arguments arguments,
      MemorySegment shared,
      MemorySegment scratch,
      long from,
      long to) {
    run(arguments);
  }
}

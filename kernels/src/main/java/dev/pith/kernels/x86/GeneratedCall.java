package dev.pith.kernels.x86;

import java.lang.foreign.MemorySegment;

/** A generated function, ready to be called; safe for use from many threads. */
public abstract class GeneratedCall {

  /** Calls the function with the address of {@code args}. */
  public abstract void run(MemorySegment args);
}

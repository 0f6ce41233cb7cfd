package dev.pith.kernels.x86;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A generated function, ready to be called; safe for use from many threads.
 *
 * @param handle takes the address of the arguments
 */
public record GeneratedCall(MethodHandle handle) {

  /** Calls the function with the address of {@code args}. */
  public void run(MemorySegment args) {
    try {
      handle.invokeExact(args);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("generated code failed", e);
    }
  }
}

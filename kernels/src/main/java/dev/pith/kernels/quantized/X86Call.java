package dev.pith.kernels.quantized;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A generated function, ready to be called; safe for use from many threads.
 *
 * @param handle takes the address of the arguments
 */
record X86Call(MethodHandle handle) {

  /** Calls the function. */
  void run(MemorySegment args) {
    try {
      handle.invokeExact(args);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("generated code failed", e);
    }
  }
}

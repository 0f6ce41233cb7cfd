package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.CodeBuffer;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Generated functions, each made once for the process; safe for use from many threads.
 *
 * @param handle takes the address of the arguments
 */
record X86Call(MethodHandle handle) {

  private static final FunctionDescriptor TYPE = FunctionDescriptor.ofVoid(ADDRESS);
  private static final Map<Record, X86Call> CALLS = new ConcurrentHashMap<>();

  static X86Call blocks(X86BlockCode code) {
    return CALLS.computeIfAbsent(code, key -> make(code.assemble()));
  }

  static X86Call quads(X86QuadCode code) {
    return CALLS.computeIfAbsent(code, key -> make(code.assemble()));
  }

  static X86Call tokens(X86TokenCode code) {
    return CALLS.computeIfAbsent(code, key -> make(code.assemble()));
  }

  private static X86Call make(Assembler assembler) {
    return new X86Call(CodeBuffer.function(assembler.toBytes(), TYPE));
  }

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

package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.CodeBuffer;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Makes generated functions, each once; safe for use from many threads. */
final class X86Calls {

  /** Functions that the processor runs. */
  static final X86Calls NATIVE =
      new X86Calls(
          assembler ->
              CodeBuffer.function(assembler.toBytes(), FunctionDescriptor.ofVoid(ADDRESS)));

  private final Map<X86Code, X86Call> calls = new ConcurrentHashMap<>();
  private final Function<Assembler, MethodHandle> maker;

  /**
   * @param maker turns instructions into a handle that takes the address of the arguments
   */
  X86Calls(Function<Assembler, MethodHandle> maker) {
    this.maker = maker;
  }

  /** The function {@code code} describes. */
  X86Call of(X86Code code) {
    return calls.computeIfAbsent(code, key -> new X86Call(maker.apply(key.assemble())));
  }
}

package dev.pith.kernels.x86;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Makes generated functions, each once; safe for use from many threads. */
public final class GeneratedCalls {

  /** Functions that the processor runs. */
  public static final GeneratedCalls NATIVE =
      new GeneratedCalls(
          assembler ->
              CodeBuffer.function(assembler.toBytes(), FunctionDescriptor.ofVoid(ADDRESS)));

  private final Map<GeneratedCode, GeneratedCall> calls = new ConcurrentHashMap<>();
  private final Function<Assembler, MethodHandle> maker;

  /**
   * Functions made in a given way.
   *
   * @param maker turns instructions into a handle that takes the address of the arguments
   */
  public GeneratedCalls(Function<Assembler, MethodHandle> maker) {
    this.maker = maker;
  }

  /** The function {@code code} describes. */
  public GeneratedCall of(GeneratedCode code) {
    return calls.computeIfAbsent(code, key -> new GeneratedCall(maker.apply(key.assemble())));
  }
}

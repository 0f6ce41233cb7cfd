package dev.pith.kernels.x86;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Makes generated functions, each once; safe for use from many threads. */
public final class GeneratedCalls {

  /** Functions that the processor runs. */
  public static final GeneratedCalls NATIVE =
      new GeneratedCalls(assembler -> CodeBuffer.call(assembler.toBytes()));

  private final Map<String, GeneratedCall> calls = new ConcurrentHashMap<>();
  private final Function<Assembler, GeneratedCall> maker;

  /**
   * Functions made in a given way.
   *
   * @param maker turns instructions into a call of them
   */
  public GeneratedCalls(Function<Assembler, GeneratedCall> maker) {
    this.maker = maker;
  }

  /** The function {@code code} describes. */
  public GeneratedCall of(GeneratedCode code) {
    return calls.computeIfAbsent(code.name(), name -> maker.apply(code.assemble()));
  }
}

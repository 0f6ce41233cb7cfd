package dev.pith.kernels.x86;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Makes generated functions, each once; safe for use from many threads. */
public final class GeneratedCalls {

  private static final AtomicLong CODE_BYTES = new AtomicLong();

  /** Functions that the processor runs. */
  public static final GeneratedCalls NATIVE = new GeneratedCalls(GeneratedCalls::executable);

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

  private static GeneratedCall executable(Assembler assembler) {
    byte[] code = assembler.toBytes();
    CODE_BYTES.addAndGet(CodeBuffer.byteSize(code));
    return CodeBuffer.call(code);
  }

  /** Bytes of memory that {@link #NATIVE} functions take, in the whole process. */
  public static long codeBytes() {
    return CODE_BYTES.get();
  }

  /** The function {@code code} describes. */
  public GeneratedCall of(GeneratedCode code) {
    return calls.computeIfAbsent(code.name(), name -> maker.apply(code.assemble()));
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.quantized.X86ByteCode.Args;
import dev.pith.kernels.quantized.X86ByteCode.Kind;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * A function of bytes as a program: whole steps by generated code, the elements left over at the
 * end by the reference's loop.
 */
final class X86ByteProgram implements HostProgram {

  private static final long CHUNK = 16384;

  private final X86ByteCode code;
  private final GeneratedCall call;
  private final long count;
  private final Constants constants;
  private final ElementwiseProgram.Body rest;

  /** Zero points and ratios of the inputs, clamp and zero point of the output. */
  record Constants(int aZero, float aRatio, int bZero, float bRatio, int zero, int low, int high) {}

  X86ByteProgram(
      GeneratedCalls calls,
      X86ByteCode code,
      long count,
      Constants constants,
      ElementwiseProgram.Body rest) {
    this.code = code;
    this.call = calls.of(code);
    this.count = count;
    this.constants = constants;
    this.rest = rest;
  }

  @Override
  public long workItems(int phase) {
    return Math.max(1, (count + CHUNK - 1) / CHUNK);
  }

  @Override
  public long scratchBytes() {
    return Args.BYTES;
  }

  @Override
  public void run(
      int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
    long first = from * CHUNK;
    long end = Math.min(count, to * CHUNK);
    long steps = (end - first) / X86ByteCode.STEP;
    if (steps > 0) {
      for (long i = 0; i < 32; i += 4) {
        scratch.set(Elements.I32, Args.A_ZERO + i, constants.aZero());
        scratch.set(Elements.F32, Args.A_RATIO + i, constants.aRatio());
        scratch.set(Elements.I32, Args.B_ZERO + i, constants.bZero());
        scratch.set(Elements.F32, Args.B_RATIO + i, constants.bRatio());
        scratch.set(Elements.F32, Args.LOW + i, constants.low() - constants.zero());
        scratch.set(Elements.F32, Args.HIGH + i, constants.high() - constants.zero());
        scratch.set(Elements.I32, Args.ZERO + i, constants.zero());
      }
      int in = code.kind() == Kind.QUANTIZE ? 4 : 1;
      int out = code.kind() == Kind.DEQUANTIZE ? 4 : 1;
      scratch.set(Elements.I64, Args.A, a.inputValues(0).address() + first * in);
      boolean two = code.kind() == Kind.ADD;
      scratch.set(Elements.I64, Args.B, two ? a.inputValues(1).address() + first : 0);
      scratch.set(Elements.I64, Args.Y, a.outputValues(0).address() + first * out);
      scratch.set(Elements.I64, Args.STEPS, steps);
      call.run(scratch);
    }
    rest.run(a, first + steps * X86ByteCode.STEP, end);
  }
}

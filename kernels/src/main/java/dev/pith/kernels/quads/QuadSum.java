package dev.pith.kernels.quads;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.quads.X86QuadSumCode.Args;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * Runs {@link X86QuadSumCode} over whole planes: border cells are computed like pixels, and then
 * overwritten by whoever fills the border.
 *
 * @param aZero zero point of the first operand
 * @param aRatio ratio of the first operand
 * @param bZero zero point of the second operand
 * @param bRatio ratio of the second operand
 * @param zero zero point of the result
 * @param low smallest result
 * @param high largest result
 */
record QuadSum(int aZero, float aRatio, int bZero, float bRatio, int zero, int low, int high) {

  /** 2²³: from here on floats are the integers. */
  private static final float INTEGERS = 1 << 23;

  /** The function for two operands, or one. */
  static GeneratedCall call(GeneratedCalls calls, boolean two) {
    return calls.of(new X86QuadSumCode(two));
  }

  /** Fills in the arguments that stay the same. */
  void begin(MemorySegment args) {
    for (long at = 0; at < 32; at += 4) {
      args.set(Elements.F32, Args.A_ZERO + at, INTEGERS + aZero);
      args.set(Elements.F32, Args.A_RATIO + at, aRatio);
      args.set(Elements.F32, Args.B_ZERO + at, INTEGERS + bZero);
      args.set(Elements.F32, Args.B_RATIO + at, bRatio);
      args.set(Elements.F32, Args.HIGH + at, high - zero);
    }
    for (long at = 0; at < 32; at += 2) {
      args.set(Elements.I16, Args.UPPER + at, (short) (Float.floatToRawIntBits(INTEGERS) >> 16));
      args.set(Elements.I16, Args.ZERO + at, (short) zero);
    }
    for (long at = 0; at < 32; at++) {
      args.set(JAVA_BYTE, Args.LOW + at, (byte) low);
    }
  }

  /** Computes {@code bytes} bytes, a multiple of 32, at the given addresses. */
  static void run(GeneratedCall call, MemorySegment args, long a, long b, long y, long bytes) {
    args.set(Elements.I64, Args.A, a);
    args.set(Elements.I64, Args.B, b);
    args.set(Elements.I64, Args.Y, y);
    args.set(Elements.I64, Args.STEPS, bytes / X86QuadSumCode.STEP);
    call.run(args);
  }
}

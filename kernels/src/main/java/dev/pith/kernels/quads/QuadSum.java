package dev.pith.kernels.quads;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.quads.X86QuadSumCode.Args;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * The constants of {@link X86QuadSumSteps}, and {@link X86QuadSumCode} over whole planes: border
 * cells are computed like pixels, and then overwritten by whoever fills the border.
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

  /** What {@code add} computes. */
  static QuadSum of(QAddProblem add) {
    return new QuadSum(
        add.aZeroPoint(),
        add.aRatio(),
        add.bZeroPoint(),
        add.bRatio(),
        add.zeroPoint(),
        add.low(),
        add.high());
  }

  /** The function for two operands, or one. */
  static GeneratedCall call(GeneratedCalls calls, boolean two) {
    return calls.of(new X86QuadSumCode(two));
  }

  /** Writes the constants of {@link X86QuadSumSteps} to {@code args} from {@code at} on. */
  void begin(MemorySegment args, long at) {
    for (long i = 0; i < X86QuadSumSteps.STRIDE; i += 4) {
      set(args, at, X86QuadSumSteps.A_ZERO, i, INTEGERS + aZero);
      set(args, at, X86QuadSumSteps.A_RATIO, i, aRatio);
      set(args, at, X86QuadSumSteps.B_ZERO, i, INTEGERS + bZero);
      set(args, at, X86QuadSumSteps.B_RATIO, i, bRatio);
      set(args, at, X86QuadSumSteps.HIGH, i, high - zero);
    }
    long upper = at + X86QuadSumSteps.STRIDE * X86QuadSumSteps.UPPER;
    long zeros = at + X86QuadSumSteps.STRIDE * X86QuadSumSteps.ZERO;
    for (long i = 0; i < X86QuadSumSteps.STRIDE; i += 2) {
      args.set(Elements.I16, upper + i, (short) (Float.floatToRawIntBits(INTEGERS) >> 16));
      args.set(Elements.I16, zeros + i, (short) zero);
    }
    long lows = at + X86QuadSumSteps.STRIDE * X86QuadSumSteps.LOW;
    for (long i = 0; i < X86QuadSumSteps.STRIDE; i++) {
      args.set(JAVA_BYTE, lows + i, (byte) low);
    }
  }

  private static void set(MemorySegment args, long at, int constant, long lane, float value) {
    args.set(Elements.F32, at + X86QuadSumSteps.STRIDE * constant + lane, value);
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

package dev.pith.kernels.quads;

import dev.pith.kernels.quads.X86QuadSumCode.Args;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.ArgumentImage;
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
  GeneratedCall call(GeneratedCalls calls, boolean two) {
    return calls.of(new X86QuadSumCode(two, saturates()));
  }

  /** Whether sums are within 32 bits whatever the operands. */
  boolean saturates() {
    return 255 * (Math.abs(aRatio) + Math.abs(bRatio)) < 1 << 30;
  }

  /** Writes the constants of {@link X86QuadSumSteps} to {@code image} from {@code at} on. */
  void write(ArgumentImage image, int at) {
    write(image, at, saturates());
  }

  /** The same for code made with {@link X86QuadConvCode#saturates} as given. */
  void write(ArgumentImage image, int at, boolean saturating) {
    set(image, at, X86QuadSumSteps.A_ZERO, INTEGERS + aZero);
    set(image, at, X86QuadSumSteps.A_RATIO, aRatio);
    set(image, at, X86QuadSumSteps.B_ZERO, INTEGERS + bZero);
    set(image, at, X86QuadSumSteps.B_RATIO, bRatio);
    int stride = X86QuadSumSteps.STRIDE;
    if (saturating) {
      image.i8(at + stride * X86QuadSumSteps.HIGH, stride, high);
    } else {
      set(image, at, X86QuadSumSteps.HIGH, high - zero);
    }
    int upper = Float.floatToRawIntBits(INTEGERS) >> 16;
    image.i16(at + stride * X86QuadSumSteps.UPPER, stride, upper);
    image.i16(at + stride * X86QuadSumSteps.ZERO, stride, zero);
    image.i8(at + stride * X86QuadSumSteps.LOW, stride, low);
  }

  private static void set(ArgumentImage image, int at, int constant, float value) {
    image.f32(at + X86QuadSumSteps.STRIDE * constant, X86QuadSumSteps.STRIDE, value);
  }

  /** The arguments of a sum of its own ({@link #call}) as far as they stay the same. */
  ArgumentImage image() {
    ArgumentImage image = new ArgumentImage(Args.BYTES);
    write(image, Args.SUM);
    return image;
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

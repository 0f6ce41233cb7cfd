package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) for bytes one by one, 32 in a step: {@code y = round((a − za) · ra)}, or that
 * plus {@code (b − zb) · rb}, in exactly the fp32 operations of the problems.
 *
 * @param two whether there is a second operand
 */
record X86QuadSumCode(boolean two) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int A = 0;
    static final int B = 8;
    static final int Y = 16;

    /** Steps of 32 bytes, at least 1. */
    static final int STEPS = 24;

    /** F32 times 8 each of 2²³ + za, 2²³ + zb, ra, rb. */
    static final int A_ZERO = 32;

    static final int B_ZERO = 64;
    static final int A_RATIO = 96;
    static final int B_RATIO = 128;

    /** F32 times 8: largest result less the zero point. */
    static final int HIGH = 160;

    /** I16 times 16: upper half of 2²³ as F32, whose lower half is a small integer. */
    static final int UPPER = 192;

    /** I16 times 16: zero point. */
    static final int ZERO = 224;

    /** U8 times 32: smallest result. */
    static final int LOW = 256;

    static final int BYTES = 320;

    private Args() {}
  }

  /** Bytes of a step. */
  static final int STEP = 32;

  private static Vec ymm(int number) {
    return new Vec(number, 256);
  }

  @Override
  public String name() {
    return "quad_sum_" + two;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RCX, RDI, Args.A).load(RDX, RDI, Args.B).load(R8, RDI, Args.Y);
    a.load(R9, RDI, Args.STEPS).zero(RAX);
    int[] constants = {Args.A_ZERO, Args.B_ZERO, Args.A_RATIO, Args.B_RATIO, Args.HIGH, Args.UPPER};
    for (int i = 0; i < constants.length; i++) {
      a.emit(Op.VMOVDQU, ymm(8 + i), Memory.at(RDI, constants[i]));
    }
    a.emit(Op.VPXOR, ymm(14), ymm(14), ymm(14));
    Label step = new Label();
    a.bind(step);
    for (int operand = 0; operand < (two ? 2 : 1); operand++) {
      a.emit(Op.VMOVDQU, ymm(4), Memory.at(operand == 0 ? RCX : RDX, RAX, 0));
      a.emit(Op.VPUNPCKLBW, ymm(5), ymm(4), ymm(14)).emit(Op.VPUNPCKHBW, ymm(6), ymm(4), ymm(14));
      for (int i = 0; i < 4; i++) {
        real(a, i, operand);
      }
    }
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VMINPS, ymm(i), ymm(i), ymm(12)).emit(Op.VCVTPS2DQ, ymm(i), ymm(i));
    }
    // Packing undoes the unpacking, and cuts off what is too small.
    a.emit(Op.VPACKSSDW, ymm(0), ymm(0), ymm(1)).emit(Op.VPACKSSDW, ymm(2), ymm(2), ymm(3));
    a.emit(Op.VPADDW, ymm(0), ymm(0), Memory.at(RDI, Args.ZERO));
    a.emit(Op.VPADDW, ymm(2), ymm(2), Memory.at(RDI, Args.ZERO));
    a.emit(Op.VPACKUSWB, ymm(0), ymm(0), ymm(2));
    a.emit(Op.VPMAXUB, ymm(0), ymm(0), Memory.at(RDI, Args.LOW));
    a.emit(Op.VMOVDQU_STORE, Memory.at(R8, RAX, 0), ymm(0));
    a.emit(Op.ADD_IMM, RAX, STEP).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, step);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /**
   * Sum {@code part} becomes, or grows by, {@code (x − zero) · ratio} of eight bytes. They are made
   * F32 as the last bits of 2²³ and more; taking that away with the zero point is exact.
   */
  private static void real(Assembler a, int part, int operand) {
    Vec to = operand == 0 ? ymm(part) : ymm(7);
    Op unpack = part % 2 == 0 ? Op.VPUNPCKLWD : Op.VPUNPCKHWD;
    a.emit(unpack, to, ymm(5 + part / 2), ymm(13));
    a.emit(Op.VSUBPS, to, to, ymm(8 + operand)).emit(Op.VMULPS, to, to, ymm(10 + operand));
    if (operand == 1) {
      a.emit(Op.VADDPS, ymm(part), ymm(part), to);
    }
  }
}

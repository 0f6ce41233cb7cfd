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
import dev.pith.kernels.x86.Operand.Gp;
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

    /** I32 times 8 each of za, zb; F32 times 8 each of ra, rb. */
    static final int A_ZERO = 32;

    static final int B_ZERO = 64;
    static final int A_RATIO = 96;
    static final int B_RATIO = 128;

    /** F32 times 8: smallest and largest result less the zero point. */
    static final int LOW = 160;

    static final int HIGH = 192;

    /** I32 times 8: zero point. */
    static final int ZERO = 224;

    /** I32 times 8: the order of dwords that undoes what packing does. */
    static final int ORDER = 256;

    static final int BYTES = 320;

    private Args() {}
  }

  /** Bytes of a step. */
  static final int STEP = 32;

  /** What {@link Args#ORDER} holds. */
  static final int[] ORDER = {0, 4, 1, 5, 2, 6, 3, 7};

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
    int[] constants = {Args.A_ZERO, Args.B_ZERO, Args.A_RATIO, Args.B_RATIO, Args.LOW, Args.HIGH};
    for (int i = 0; i < constants.length; i++) {
      a.emit(Op.VMOVDQU, ymm(8 + i), Memory.at(RDI, constants[i]));
    }
    Label step = new Label();
    a.bind(step);
    for (int i = 0; i < 4; i++) {
      real(a, ymm(i), RCX, i, 0);
      if (two) {
        real(a, ymm(4), RDX, i, 1);
        a.emit(Op.VADDPS, ymm(i), ymm(i), ymm(4));
      }
      a.emit(Op.VMAXPS, ymm(i), ymm(i), ymm(12)).emit(Op.VMINPS, ymm(i), ymm(i), ymm(13));
      a.emit(Op.VCVTPS2DQ, ymm(i), ymm(i));
      a.emit(Op.VPADDD, ymm(i), ymm(i), Memory.at(RDI, Args.ZERO));
    }
    packBytes(a, Args.ORDER);
    a.emit(Op.VMOVDQU_STORE, Memory.at(R8, RAX, 0), ymm(0));
    a.emit(Op.ADD_IMM, RAX, STEP).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, step);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Four vectors of I32 from 0 to 255, in registers 0 to 3, to bytes in register 0. */
  static void packBytes(Assembler a, int orderAt) {
    a.emit(Op.VPACKSSDW, ymm(0), ymm(0), ymm(1)).emit(Op.VPACKSSDW, ymm(2), ymm(2), ymm(3));
    a.emit(Op.VPACKUSWB, ymm(0), ymm(0), ymm(2));
    a.emit(Op.VMOVDQU, ymm(1), Memory.at(RDI, orderAt));
    a.emit(Op.VPERMD, ymm(0), ymm(1), ymm(0));
  }

  /** {@code to = (x − zero) · ratio} of eight bytes. */
  private static void real(Assembler a, Vec to, Gp x, int part, int operand) {
    a.emit(Op.VPMOVZXBD, to, Memory.at(x, RAX, 8 * part));
    a.emit(Op.VPSUBD, to, to, ymm(8 + operand)).emit(Op.VCVTDQ2PS, to, to);
    a.emit(Op.VMULPS, to, to, ymm(10 + operand));
  }
}

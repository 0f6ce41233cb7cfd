package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) for windows over one plane of quads: for each unit of eight cells ({@link
 * QuadUnits}) the largest, or the average, of the cells that all taps read. With stride 2 every
 * other cell is picked as it is loaded.
 *
 * @param average whether the average is wanted, else the largest
 * @param stride 1 or 2
 */
record X86QuadPoolCode(boolean average, int stride) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    /** What the first pixel's first tap reads. */
    static final int X = 0;

    static final int OUT = 8;
    static final int UNITS = 16;

    /** Units, at least 1. */
    static final int COUNT = 24;

    /** I32 for each tap: byte offset of what it reads. */
    static final int OFFSETS = 32;

    /** Taps, at least 1. */
    static final int TAPS = 40;

    static final int MASKS = 48;

    /** F32 times 32 for each unit: what sums are multiplied with, in the order of unpacking. */
    static final int FACTORS = 56;

    /** I16 times 16: what is taken from each sum. */
    static final int BASE = 64;

    /** F32 times 8: smallest and largest result less the zero point. */
    static final int LOW = 96;

    static final int HIGH = 128;

    /** I32 times 8: zero point. */
    static final int ZERO = 160;

    static final int BYTES = 192;

    private Args() {}
  }

  /** Cells of a unit. */
  static final int CELLS = 8;

  private static Vec ymm(int number) {
    return new Vec(number, 256);
  }

  @Override
  public String name() {
    return "quad_pool_" + average + "_" + stride;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RSI, RDI, Args.OFFSETS).load(RDX, RDI, Args.UNITS).load(R9, RDI, Args.COUNT);
    if (average) {
      a.load(R10, RDI, Args.FACTORS);
    }
    a.emit(Op.VPXOR, ymm(7), ymm(7), ymm(7));
    Label unit = new Label();
    Label tap = new Label();
    a.bind(unit);
    a.emit(Op.MOVSXD, RCX, Memory.at(RDX, 0)).emit(Op.ADD, RCX, Memory.at(RDI, Args.X));
    a.emit(Op.VPXOR, ymm(4), ymm(4), ymm(4)).emit(Op.VPXOR, ymm(5), ymm(5), ymm(5));
    a.zero(RAX);
    a.bind(tap);
    a.emit(Op.MOVSXD, R8, new Memory(RSI, RAX, 4, 0));
    a.emit(Op.VMOVDQU, ymm(0), Memory.at(RCX, R8, 0));
    if (stride == 2) {
      a.emit(Op.VSHUFPS, ymm(0), ymm(0), Memory.at(RCX, R8, 32), new Imm(0x88));
    }
    if (average) {
      a.emit(Op.VPUNPCKLBW, ymm(1), ymm(0), ymm(7)).emit(Op.VPADDW, ymm(4), ymm(4), ymm(1));
      a.emit(Op.VPUNPCKHBW, ymm(1), ymm(0), ymm(7)).emit(Op.VPADDW, ymm(5), ymm(5), ymm(1));
    } else {
      a.emit(Op.VPMAXUB, ymm(4), ymm(4), ymm(0));
    }
    a.emit(Op.ADD_IMM, RAX, 1).emit(Op.CMP, RAX, Memory.at(RDI, Args.TAPS)).emit(Op.JL, tap);
    if (average) {
      average(a);
    } else {
      a.emit(Op.VMOVDQU, ymm(0), ymm(4));
    }
    if (stride == 2) {
      a.emit(Op.VPERMQ, ymm(0), ymm(0), new Imm(0xD8));
    }
    store(a, Args.OUT, Args.MASKS);
    a.emit(Op.ADD_IMM, RDX, QuadUnits.BYTES).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, unit);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /**
   * Sums of 16 bits in registers 4 and 5 to bytes in register 0. Unpacking gives vectors of cells 0
   * and 4, 1 and 5, 2 and 6, 3 and 7 (by place in the register, which strides of 2 mix); packing
   * undoes it.
   */
  private void average(Assembler a) {
    a.emit(Op.VPSUBW, ymm(4), ymm(4), Memory.at(RDI, Args.BASE));
    a.emit(Op.VPSUBW, ymm(5), ymm(5), Memory.at(RDI, Args.BASE));
    for (int i = 0; i < 4; i++) {
      Vec sums = ymm(4 + i / 2);
      // A word twice in a double word, shifted down, is the word with its sign.
      Op unpack = i % 2 == 0 ? Op.VPUNPCKLWD : Op.VPUNPCKHWD;
      a.emit(unpack, ymm(i), sums, sums).emit(Op.VPSRAD, ymm(i), ymm(i), new Imm(16));
      a.emit(Op.VCVTDQ2PS, ymm(i), ymm(i));
      a.emit(Op.VMULPS, ymm(i), ymm(i), Memory.at(R10, 32 * i));
      a.emit(Op.VMAXPS, ymm(i), ymm(i), Memory.at(RDI, Args.LOW));
      a.emit(Op.VMINPS, ymm(i), ymm(i), Memory.at(RDI, Args.HIGH));
      a.emit(Op.VCVTPS2DQ, ymm(i), ymm(i));
      a.emit(Op.VPADDD, ymm(i), ymm(i), Memory.at(RDI, Args.ZERO));
    }
    a.emit(Op.VPACKSSDW, ymm(0), ymm(0), ymm(1)).emit(Op.VPACKSSDW, ymm(2), ymm(2), ymm(3));
    a.emit(Op.VPACKUSWB, ymm(0), ymm(0), ymm(2)).emit(Op.ADD_IMM, R10, 128);
  }

  /** Stores the cells in register 0 to the unit at rdx; rax, r11 and register 1 are overwritten. */
  static void store(Assembler a, int outAt, int masksAt) {
    Label whole = new Label();
    Label next = new Label();
    a.emit(Op.MOVSXD, RAX, Memory.at(RDX, QuadUnits.MASK));
    a.emit(Op.MOVSXD, R11, Memory.at(RDX, QuadUnits.OUT));
    a.emit(Op.ADD, R11, Memory.at(RDI, outAt));
    a.emit(Op.CMP_IMM, RAX, 0).emit(Op.JL, whole);
    a.emit(Op.ADD, RAX, Memory.at(RDI, masksAt));
    a.emit(Op.VMOVDQU, ymm(1), Memory.at(RAX, 0));
    a.emit(Op.VMASKMOVPS_STORE, Memory.at(R11, 0), ymm(1), ymm(0));
    a.emit(Op.JMP, next).bind(whole);
    a.emit(Op.VMOVDQU_STORE, Memory.at(R11, 0), ymm(0));
    a.bind(next);
  }
}

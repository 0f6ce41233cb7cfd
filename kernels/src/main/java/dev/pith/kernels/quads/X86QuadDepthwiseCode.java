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
 * Machine code (AVX2) for a depthwise convolution of one plane of quads: for each unit of eight
 * cells ({@link QuadUnits}) taps two at a time, their bytes interleaved and widened, so that {@code
 * vpmaddwd} adds both products of a channel exactly. With stride 2 every other cell is picked as it
 * is loaded. Sums are of unsigned activations; the zero point is taken from where they begin.
 *
 * @param stride 1 or 2
 */
record X86QuadDepthwiseCode(int stride) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    /** What the first pixel's first tap reads. */
    static final int X = 0;

    static final int OUT = 8;
    static final int UNITS = 16;

    /** Units, at least 1. */
    static final int COUNT = 24;

    /** I32 for each tap of each pair: byte offset of what it reads. */
    static final int OFFSETS = 32;

    /** Pairs of taps, at least 1. */
    static final int PAIRS = 40;

    static final int MASKS = 48;

    /** For each pair I16 times 16: both taps' weights of four channels, twice. */
    static final int WEIGHTS = 56;

    /** I32 times 8 where sums begin, F32 times 8 what they are multiplied with. */
    static final int START = 64;

    /** F32 times 8: smallest and largest result less the zero point. */
    static final int LOW = 96;

    static final int HIGH = 128;

    /** I32 times 8: zero point. */
    static final int ZERO = 160;

    static final int BYTES = 192;

    private Args() {}
  }

  private static Vec ymm(int number) {
    return new Vec(number, 256);
  }

  @Override
  public String name() {
    return "quad_depthwise_" + stride;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RSI, RDI, Args.OFFSETS).load(RDX, RDI, Args.UNITS).load(R9, RDI, Args.COUNT);
    a.load(R11, RDI, Args.START);
    a.emit(Op.VPXOR, ymm(15), ymm(15), ymm(15));
    a.emit(Op.VMOVDQU, ymm(13), Memory.at(R11, 0)).emit(Op.VMOVDQU, ymm(14), Memory.at(R11, 32));
    Label unit = new Label();
    Label pair = new Label();
    a.bind(unit);
    a.emit(Op.MOVSXD, RCX, Memory.at(RDX, 0)).emit(Op.ADD, RCX, Memory.at(RDI, Args.X));
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VMOVDQU, ymm(i), ymm(13));
    }
    a.load(R10, RDI, Args.WEIGHTS).zero(RAX);
    a.bind(pair);
    for (int tap = 0; tap < 2; tap++) {
      a.emit(Op.MOVSXD, R8, new Memory(RSI, RAX, 8, 4 * tap));
      a.emit(Op.VMOVDQU, ymm(4 + tap), Memory.at(RCX, R8, 0));
      if (stride == 2) {
        Memory next = Memory.at(RCX, R8, 32);
        a.emit(Op.VSHUFPS, ymm(4 + tap), ymm(4 + tap), next, new Imm(0x88));
      }
    }
    a.emit(Op.VMOVDQU, ymm(8), Memory.at(R10, 0));
    a.emit(Op.VPUNPCKLBW, ymm(6), ymm(4), ymm(5)).emit(Op.VPUNPCKHBW, ymm(7), ymm(4), ymm(5));
    for (int i = 0; i < 4; i++) {
      // Cells 0 and 4, 1 and 5, 2 and 6, 3 and 7: packing undoes it.
      Op unpack = i % 2 == 0 ? Op.VPUNPCKLBW : Op.VPUNPCKHBW;
      a.emit(unpack, ymm(9), ymm(6 + i / 2), ymm(15));
      a.emit(Op.VPMADDWD, ymm(9), ymm(9), ymm(8)).emit(Op.VPADDD, ymm(i), ymm(i), ymm(9));
    }
    a.emit(Op.ADD_IMM, R10, 32).emit(Op.ADD_IMM, RAX, 1);
    a.emit(Op.CMP, RAX, Memory.at(RDI, Args.PAIRS)).emit(Op.JL, pair);
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VCVTDQ2PS, ymm(i), ymm(i)).emit(Op.VMULPS, ymm(i), ymm(i), ymm(14));
      a.emit(Op.VMAXPS, ymm(i), ymm(i), Memory.at(RDI, Args.LOW));
      a.emit(Op.VMINPS, ymm(i), ymm(i), Memory.at(RDI, Args.HIGH));
      a.emit(Op.VCVTPS2DQ, ymm(i), ymm(i));
      a.emit(Op.VPADDD, ymm(i), ymm(i), Memory.at(RDI, Args.ZERO));
    }
    a.emit(Op.VPACKSSDW, ymm(0), ymm(0), ymm(1)).emit(Op.VPACKSSDW, ymm(2), ymm(2), ymm(3));
    a.emit(Op.VPACKUSWB, ymm(0), ymm(0), ymm(2));
    if (stride == 2) {
      a.emit(Op.VPERMQ, ymm(0), ymm(0), new Imm(0xD8));
    }
    X86QuadPoolCode.store(a, Args.OUT, Args.MASKS);
    a.emit(Op.ADD_IMM, RDX, QuadUnits.BYTES).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, unit);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }
}

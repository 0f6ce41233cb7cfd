package dev.pith.kernels.quantized;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) for one plane of a depthwise convolution: tiles of 32 positions, taps taken
 * two at a time ({@code vpmaddwd} on interleaved bytes), requantized in registers. Sums are of
 * unsigned activations; what the zero point contributes is taken from the start value.
 *
 * @param output U8 or I8
 */
record X86DepthwiseCode(DType output) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int X = 0;

    /** I32 for each tap, an even number: byte offset of what it reads. */
    static final int OFFSETS = 8;

    /** For each pair of taps two I16 weights. */
    static final int WEIGHTS = 16;

    static final int PAIRS = 24;
    static final int OUT = 32;

    /** Tiles, at least 1; whole tiles are read and written. */
    static final int TILES = 40;

    /** I32 times 8: where sums begin. */
    static final int START = 64;

    /** F32 times 8. */
    static final int SCALE = 96;

    /** F32 times 8: smallest result less the zero point. */
    static final int LOW = 128;

    /** F32 times 8: largest result less the zero point. */
    static final int HIGH = 160;

    /** I32 times 8: zero point. */
    static final int ZERO = 192;

    static final int BYTES = 256;

    private Args() {}
  }

  /** Positions of a tile. */
  static final int TILE = 32;

  private static final Vec WEIGHT = new Vec(4, 256);

  private static Vec ymm(int number) {
    return new Vec(number, 256);
  }

  private static Vec xmm(int number) {
    return new Vec(number, 128);
  }

  @Override
  public String name() {
    return "depthwise_" + output;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RCX, RDI, Args.X).load(RSI, RDI, Args.OFFSETS).load(RDX, RDI, Args.WEIGHTS);
    a.load(R8, RDI, Args.OUT).load(R9, RDI, Args.TILES);
    Label tile = new Label();
    Label pair = new Label();
    a.bind(tile);
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VMOVDQU, ymm(i), Memory.at(RDI, Args.START));
    }
    a.zero(RAX);
    a.bind(pair);
    a.emit(Op.MOVSXD, R10, new Memory(RSI, RAX, 8, 0));
    a.emit(Op.MOVSXD, R11, new Memory(RSI, RAX, 8, 4));
    a.emit(Op.VPBROADCASTD, WEIGHT, new Memory(RDX, RAX, 4, 0));
    for (int half = 0; half < 2; half++) {
      a.emit(Op.VMOVDQU, xmm(5), Memory.at(RCX, R10, 16 * half));
      a.emit(Op.VMOVDQU, xmm(6), Memory.at(RCX, R11, 16 * half));
      for (int part = 0; part < 2; part++) {
        a.emit(part == 0 ? Op.VPUNPCKLBW : Op.VPUNPCKHBW, xmm(7 + part), xmm(5), xmm(6));
        a.emit(Op.VPMOVZXBW, ymm(7 + part), xmm(7 + part));
        a.emit(Op.VPMADDWD, ymm(7 + part), ymm(7 + part), WEIGHT);
        Vec sum = ymm(2 * half + part);
        a.emit(Op.VPADDD, sum, sum, ymm(7 + part));
      }
    }
    a.emit(Op.ADD_IMM, RAX, 1).emit(Op.CMP, RAX, Memory.at(RDI, Args.PAIRS)).emit(Op.JL, pair);
    for (int i = 0; i < 4; i++) {
      store(a, ymm(i), 8 * i);
    }
    a.emit(Op.ADD_IMM, RCX, TILE).emit(Op.ADD_IMM, R8, TILE);
    a.emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, tile);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void store(Assembler a, Vec sum, int at) {
    a.emit(Op.VCVTDQ2PS, sum, sum);
    a.emit(Op.VMULPS, sum, sum, Memory.at(RDI, Args.SCALE));
    a.emit(Op.VMAXPS, sum, sum, Memory.at(RDI, Args.LOW));
    a.emit(Op.VMINPS, sum, sum, Memory.at(RDI, Args.HIGH));
    a.emit(Op.VCVTPS2DQ, sum, sum);
    a.emit(Op.VPADDD, sum, sum, Memory.at(RDI, Args.ZERO));
    storeBytes(a, output, sum, xmm(5), Memory.at(R8, at));
  }

  /** Stores eight I32 that fit the type as bytes; {@code spare} is overwritten. */
  static void storeBytes(Assembler a, DType output, Vec sum, Vec spare, Memory to) {
    a.emit(Op.VPACKSSDW, sum, sum, sum);
    a.emit(output == DType.U8 ? Op.VPACKUSWB : Op.VPACKSSWB, sum, sum, sum);
    a.emit(Op.VEXTRACTI128, spare.as(128), sum, new Imm(1));
    a.emit(Op.VPUNPCKLDQ, sum.as(128), sum.as(128), spare.as(128));
    a.emit(Op.VMOVQ_STORE, to, sum.as(128));
  }
}

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
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/** Machine code (AVX2) for averages over whole planes: one cell for each plane, in order. */
record X86QuadGlobalCode() implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int X = 0;
    static final int PLANE_STRIDE = 8;
    static final int ROW_STRIDE = 16;
    static final int HEIGHT = 24;
    static final int WIDTH = 32;
    static final int OUT = 40;

    /** Planes, at least 1. */
    static final int PLANES = 48;

    /** I32 times 4: what is taken from each sum. */
    static final int BASE = 64;

    /** F32 times 4: what sums are multiplied with. */
    static final int FACTOR = 80;

    /** F32 times 4: smallest and largest result less the zero point. */
    static final int LOW = 96;

    static final int HIGH = 112;

    /** I32 times 4: zero point. */
    static final int ZERO = 128;

    static final int BYTES = 192;

    private Args() {}
  }

  private static Vec xmm(int number) {
    return new Vec(number, 128);
  }

  @Override
  public String name() {
    return "quad_global";
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RCX, RDI, Args.X).load(RDX, RDI, Args.OUT).load(R9, RDI, Args.PLANES);
    a.load(R10, RDI, Args.WIDTH);
    Label plane = new Label();
    Label row = new Label();
    Label cell = new Label();
    a.bind(plane);
    a.emit(Op.VPXOR, xmm(0), xmm(0), xmm(0));
    a.emit(Op.MOV, RSI, RCX).load(R8, RDI, Args.HEIGHT);
    a.bind(row).emit(Op.MOV, R11, RSI).emit(Op.MOV, RAX, R10);
    a.bind(cell);
    a.emit(Op.VPMOVZXBD, xmm(1), Memory.at(R11, 0)).emit(Op.VPADDD, xmm(0), xmm(0), xmm(1));
    a.emit(Op.ADD_IMM, R11, QuadGrid.CELL).emit(Op.SUB_IMM, RAX, 1).emit(Op.JNE, cell);
    a.emit(Op.ADD, RSI, Memory.at(RDI, Args.ROW_STRIDE));
    a.emit(Op.SUB_IMM, R8, 1).emit(Op.JNE, row);
    a.emit(Op.VPSUBD, xmm(0), xmm(0), Memory.at(RDI, Args.BASE));
    a.emit(Op.VCVTDQ2PS, xmm(0), xmm(0));
    a.emit(Op.VMULPS, xmm(0), xmm(0), Memory.at(RDI, Args.FACTOR));
    a.emit(Op.VMAXPS, xmm(0), xmm(0), Memory.at(RDI, Args.LOW));
    a.emit(Op.VMINPS, xmm(0), xmm(0), Memory.at(RDI, Args.HIGH));
    a.emit(Op.VCVTPS2DQ, xmm(0), xmm(0));
    a.emit(Op.VPADDD, xmm(0), xmm(0), Memory.at(RDI, Args.ZERO));
    a.emit(Op.VPACKSSDW, xmm(0), xmm(0), xmm(0)).emit(Op.VPACKUSWB, xmm(0), xmm(0), xmm(0));
    a.emit(Op.VMOVD_STORE, Memory.at(RDX, 0), xmm(0)).emit(Op.ADD_IMM, RDX, QuadGrid.CELL);
    a.emit(Op.ADD, RCX, Memory.at(RDI, Args.PLANE_STRIDE));
    a.emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, plane);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }
}

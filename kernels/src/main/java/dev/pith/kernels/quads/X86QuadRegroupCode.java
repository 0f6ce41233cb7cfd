package dev.pith.kernels.quads;

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
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) that copies rows of cells: widened to 16-bit integers less the zero point,
 * split into even and odd cells, or both. Rows are read and written in whole steps.
 *
 * @param wide whether activations become 16-bit integers
 * @param stride 1, or 2 to take every other cell
 * @param odd with stride 2: whether the cells between are wanted too, behind the even ones
 */
record X86QuadRegroupCode(boolean wide, int stride, boolean odd) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int SOURCE = 0;
    static final int TARGET = 8;

    /** For each row I32 byte offsets in source and target. */
    static final int ROWS = 16;

    /** Rows, at least 1. */
    static final int COUNT = 24;

    /** Steps of a row, at least 1. */
    static final int STEPS = 32;

    /** Bytes from even to odd cells. */
    static final int ODD = 40;

    /** Zero point, I16 times 16. */
    static final int ZERO = 64;

    static final int BYTES = 128;

    private Args() {}
  }

  /** Cells of the target that a step writes, of each kind. */
  static final int STEP = 8;

  private static Vec ymm(int number) {
    return new Vec(number, 256);
  }

  @Override
  public String name() {
    return "quad_regroup_" + wide + "_" + stride + "_" + odd;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RSI, RDI, Args.ROWS).load(R9, RDI, Args.COUNT);
    if (wide) {
      a.emit(Op.VMOVDQU, ymm(7), Memory.at(RDI, Args.ZERO));
    }
    Label row = new Label();
    Label step = new Label();
    a.bind(row);
    a.emit(Op.MOVSXD, RCX, Memory.at(RSI, 0)).emit(Op.ADD, RCX, Memory.at(RDI, Args.SOURCE));
    a.emit(Op.MOVSXD, RDX, Memory.at(RSI, 4)).emit(Op.ADD, RDX, Memory.at(RDI, Args.TARGET));
    a.load(R11, RDI, Args.ODD).emit(Op.ADD, R11, RDX).load(R8, RDI, Args.STEPS).zero(RAX);
    a.bind(step);
    a.emit(Op.VMOVDQU, ymm(0), Memory.at(RCX, 0));
    if (stride == 1) {
      store(a, ymm(0), RDX);
    } else {
      a.emit(Op.VMOVDQU, ymm(1), Memory.at(RCX, 32));
      a.emit(Op.VSHUFPS, ymm(2), ymm(0), ymm(1), new Imm(0x88));
      a.emit(Op.VPERMQ, ymm(2), ymm(2), new Imm(0xD8));
      store(a, ymm(2), RDX);
      if (odd) {
        a.emit(Op.VSHUFPS, ymm(2), ymm(0), ymm(1), new Imm(0xDD));
        a.emit(Op.VPERMQ, ymm(2), ymm(2), new Imm(0xD8));
        store(a, ymm(2), R11);
      }
    }
    a.emit(Op.ADD_IMM, RCX, 32L * stride).emit(Op.ADD_IMM, RAX, wide ? 64 : 32);
    a.emit(Op.SUB_IMM, R8, 1).emit(Op.JNE, step);
    a.emit(Op.ADD_IMM, RSI, 8).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, row);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Stores eight cells; ymm3 is overwritten. */
  private void store(Assembler a, Vec cells, Gp to) {
    if (!wide) {
      a.emit(Op.VMOVDQU_STORE, Memory.at(to, RAX, 0), cells);
      return;
    }
    for (int half = 0; half < 2; half++) {
      Vec from = cells.as(128);
      if (half == 1) {
        a.emit(Op.VEXTRACTI128, ymm(3).as(128), cells, new Imm(1));
        from = ymm(3).as(128);
      }
      a.emit(Op.VPMOVZXBW, ymm(4), from).emit(Op.VPSUBW, ymm(4), ymm(4), ymm(7));
      a.emit(Op.VMOVDQU_STORE, Memory.at(to, RAX, 32 * half), ymm(4));
    }
  }
}

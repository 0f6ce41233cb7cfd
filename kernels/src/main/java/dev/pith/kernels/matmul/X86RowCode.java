package dev.pith.kernels.matmul;

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
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code that multiplies one row of x with {@link #FEATURES} rows of weights: the sums of
 * {@link X86ProductCode}, in its order. Weights are read once, in order, each row for itself, and
 * turned in registers, eight columns at a time: at one row of x reading them is the cost.
 */
record X86RowCode() implements GeneratedCode {

  /** Byte offsets of the function's arguments, all 64-bit. */
  static final class Args {
    static final int X = 0;

    /** The first row of weights. */
    static final int WEIGHT = 8;

    /** Bytes from one row of weights to the next. */
    static final int ROW = 16;

    /** Blocks of eight columns, at least 1. */
    static final int BLOCKS = 24;

    /** F32 for each feature: what sums begin with. */
    static final int START = 32;

    static final int C = 40;
    static final int BYTES = 64;

    private Args() {}
  }

  /** Rows of weights. */
  static final int FEATURES = 16;

  private static Vec vec(int number) {
    return new Vec(number, 256);
  }

  private static Vec sum(int half) {
    return vec(8 + half);
  }

  /** Row {@code row} of eight: r8, r9, r10, r11 are 1, 3, 5, 7 rows. */
  private static Memory row(Gp base, int row, int offset) {
    return switch (row) {
      case 0 -> Memory.at(base, offset);
      case 1 -> Memory.at(base, R8, offset);
      case 2 -> new Memory(base, R8, 2, offset);
      case 3 -> Memory.at(base, R9, offset);
      case 4 -> new Memory(base, R8, 4, offset);
      case 5 -> Memory.at(base, R10, offset);
      case 6 -> new Memory(base, R9, 2, offset);
      default -> Memory.at(base, R11, offset);
    };
  }

  @Override
  public String name() {
    return "row";
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RSI, RDI, Args.X).load(RAX, RDI, Args.WEIGHT).load(R8, RDI, Args.ROW);
    a.emit(Op.LEA, R9, new Memory(R8, R8, 2, 0)).emit(Op.LEA, R10, new Memory(R8, R8, 4, 0));
    a.emit(Op.LEA, R11, new Memory(R9, R8, 4, 0)).emit(Op.LEA, RCX, new Memory(RAX, R8, 8, 0));
    a.load(RDX, RDI, Args.START);
    a.emit(Op.VMOVUPS, sum(0), Memory.at(RDX, 0)).emit(Op.VMOVUPS, sum(1), Memory.at(RDX, 32));
    a.load(RDX, RDI, Args.BLOCKS);
    Label block = new Label();
    a.bind(block);
    for (int offset = 0; offset < 32; offset += 16) {
      fourColumns(a, RAX, offset, sum(0));
      fourColumns(a, RCX, offset, sum(1));
    }
    a.emit(Op.ADD_IMM, RAX, 32).emit(Op.ADD_IMM, RCX, 32).emit(Op.ADD_IMM, RSI, 32);
    a.emit(Op.SUB_IMM, RDX, 1).emit(Op.JNE, block);
    a.load(RDX, RDI, Args.C);
    a.emit(Op.VMOVUPS_STORE, Memory.at(RDX, 0), sum(0));
    a.emit(Op.VMOVUPS_STORE, Memory.at(RDX, 32), sum(1));
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Four columns of eight rows, turned, times four elements of x. */
  private static void fourColumns(Assembler a, Gp base, int offset, Vec sum) {
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VMOVDQU, vec(i).as(128), row(base, i, offset));
      a.emit(Op.VINSERTI128, vec(i), vec(i), row(base, 4 + i, offset), new Imm(1));
    }
    a.emit(Op.VPUNPCKLDQ, vec(4), vec(0), vec(1)).emit(Op.VPUNPCKHDQ, vec(5), vec(0), vec(1));
    a.emit(Op.VPUNPCKLDQ, vec(6), vec(2), vec(3)).emit(Op.VPUNPCKHDQ, vec(7), vec(2), vec(3));
    a.emit(Op.VPUNPCKLQDQ, vec(0), vec(4), vec(6)).emit(Op.VPUNPCKHQDQ, vec(1), vec(4), vec(6));
    a.emit(Op.VPUNPCKLQDQ, vec(2), vec(5), vec(7)).emit(Op.VPUNPCKHQDQ, vec(3), vec(5), vec(7));
    for (int i = 0; i < 4; i++) {
      Vec element = vec(10 + i);
      a.emit(Op.VBROADCASTSS, element, Memory.at(RSI, offset + 4 * i));
      a.emit(Op.VFMADD231PS, sum, element, vec(i));
    }
  }
}

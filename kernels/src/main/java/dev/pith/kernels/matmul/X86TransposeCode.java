package dev.pith.kernels.matmul;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R13;
import static dev.pith.kernels.x86.Operand.Gp.R14;
import static dev.pith.kernels.x86.Operand.Gp.R15;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Machine code that turns eight rows of floats into columns: element i of row r goes to {@code
 * target + i · stride + 4 · r}. Blocks of 8 by 8; the last one ends with the last column, some of
 * them copied again.
 */
public record X86TransposeCode() implements GeneratedCode {

  /** Byte offsets of the function's arguments, all 64-bit. */
  public static final class Args {
    /** Addresses of the eight rows. */
    public static final int ROWS = 0;

    static final int TARGET = 64;
    static final int STRIDE = 72;

    /** Byte offset of the last block in the rows: 4 · (columns − 8). */
    static final int LAST = 80;

    /** Where the last block goes. */
    static final int LAST_TARGET = 88;

    public static final int BYTES = 128;

    private Args() {}
  }

  /** Rows turned at once, and the fewest columns. */
  public static final int BLOCK = 8;

  private static final List<Gp> ROWS = List.of(RAX, RCX, RDX, RSI, R8, R9, R10, R11);
  private static final List<Gp> SAVED = List.of(RBX, R12, R13, R14, R15);

  /** Fills in where rows of {@code columns} floats go, 8 of them at least. */
  public static void target(MemorySegment args, long target, long stride, long columns) {
    args.set(Elements.I64, Args.TARGET, target);
    args.set(Elements.I64, Args.STRIDE, stride);
    args.set(Elements.I64, Args.LAST, 4 * (columns - BLOCK));
    args.set(Elements.I64, Args.LAST_TARGET, target + (columns - BLOCK) * stride);
  }

  private static Vec vec(int number) {
    return new Vec(number, 256);
  }

  @Override
  public String name() {
    return "transpose";
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    for (int row = 0; row < BLOCK; row++) {
      a.load(ROWS.get(row), RDI, Args.ROWS + 8 * row);
    }
    a.load(RBX, RDI, Args.TARGET).load(R12, RDI, Args.STRIDE);
    a.emit(Op.LEA, R14, new Memory(R12, R12, 2, 0)).zero(R13);
    Label block = new Label();
    Label end = new Label();
    a.bind(block);
    turn(a, 0);
    turn(a, 16);
    a.emit(Op.CMP, R13, Memory.at(RDI, Args.LAST)).emit(Op.JE, end);
    a.emit(Op.ADD_IMM, R13, 32).emit(Op.LEA, RBX, new Memory(RBX, R12, 8, 0));
    a.emit(Op.CMP, R13, Memory.at(RDI, Args.LAST)).emit(Op.JL, block);
    a.load(R13, RDI, Args.LAST).load(RBX, RDI, Args.LAST_TARGET).emit(Op.JMP, block);
    a.bind(end);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Four columns: rows 0 to 3 in the lower, 4 to 7 in the upper halves of four vectors. */
  private static void turn(Assembler a, int offset) {
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VMOVDQU, vec(i).as(128), Memory.at(ROWS.get(i), R13, offset));
      a.emit(Op.VINSERTI128, vec(i), vec(i), Memory.at(ROWS.get(4 + i), R13, offset), new Imm(1));
    }
    a.emit(Op.VPUNPCKLDQ, vec(4), vec(0), vec(1)).emit(Op.VPUNPCKHDQ, vec(5), vec(0), vec(1));
    a.emit(Op.VPUNPCKLDQ, vec(6), vec(2), vec(3)).emit(Op.VPUNPCKHDQ, vec(7), vec(2), vec(3));
    a.emit(Op.VPUNPCKLQDQ, vec(8), vec(4), vec(6)).emit(Op.VPUNPCKHQDQ, vec(9), vec(4), vec(6));
    a.emit(Op.VPUNPCKLQDQ, vec(10), vec(5), vec(7)).emit(Op.VPUNPCKHQDQ, vec(11), vec(5), vec(7));
    Gp target = offset == 0 ? RBX : R15;
    if (offset != 0) {
      a.emit(Op.LEA, R15, new Memory(RBX, R12, 4, 0));
    }
    a.emit(Op.VMOVDQU_STORE, Memory.at(target, 0), vec(8));
    a.emit(Op.VMOVDQU_STORE, Memory.at(target, R12, 0), vec(9));
    a.emit(Op.VMOVDQU_STORE, new Memory(target, R12, 2, 0), vec(10));
    a.emit(Op.VMOVDQU_STORE, Memory.at(target, R14, 0), vec(11));
  }
}

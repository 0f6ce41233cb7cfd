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

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) that multiplies lists of weight blocks with one row of activations: what a
 * linear layer of batch 1 is, bound by reading weights. A block is four columns of {@code rows}
 * rows, whose weights lie together; each is read once, in order, and the activations of its four
 * columns are broadcast to all rows. Sums are stored as I32.
 *
 * @param rows rows that share a list: 2, 4, 8 or 16
 */
record X86FewRowsCode(int rows) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    /** I32 for each list and one more: where its blocks begin and end. */
    static final int STARTS = 0;

    /** I32 for each block: byte offset of the activations it reads. */
    static final int OFFSETS = 8;

    /** For each block four I8 weights for each row. */
    static final int WEIGHTS = 16;

    /** Activations less the zero point, I16. */
    static final int X = 24;

    /** I32 for each row of the lists; 16 bytes may be written at least. */
    static final int SUMS = 32;

    /** Lists, at least 1. */
    static final int LISTS = 40;

    static final int BYTES = 64;

    private Args() {}
  }

  /** Instructions of a block, roughly: what decides how many rows share a list. */
  static double cost(int rows) {
    return rows == 2 ? 7 : 4 + 3 * (rows / 4);
  }

  /** Vectors of sums: each of four rows, two sums for each; half a vector for two rows. */
  private int vectors() {
    return Math.max(1, rows / 4);
  }

  private int bits() {
    return rows == 2 ? 128 : 256;
  }

  private Vec acc(int i) {
    return new Vec(i, bits());
  }

  private Vec spare(int i) {
    return new Vec(8 + i, bits());
  }

  @Override
  public String name() {
    return "few_rows_" + rows;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(R8, RDI, Args.STARTS).load(RSI, RDI, Args.OFFSETS).load(RDX, RDI, Args.WEIGHTS);
    a.load(RCX, RDI, Args.X).load(R9, RDI, Args.LISTS).load(R11, RDI, Args.SUMS);
    a.emit(Op.MOV32, RAX, Memory.at(R8, 0));
    // The first block's weights: 4 · rows bytes each.
    a.emit(Op.MOV, R10, RAX).emit(Op.SHL_IMM, R10, 2 + Integer.numberOfTrailingZeros(rows));
    a.emit(Op.ADD, RDX, R10);
    Label list = new Label();
    Label block = new Label();
    Label store = new Label();
    a.bind(list);
    a.emit(Op.MOV32, R10, Memory.at(R8, 4));
    for (int i = 0; i < vectors(); i++) {
      a.emit(Op.VPXOR, acc(i), acc(i), acc(i));
    }
    a.emit(Op.CMP, RAX, R10).emit(Op.JGE, store);
    a.bind(block);
    a.emit(Op.MOVSXD, RDI, new Memory(RSI, RAX, 4, 0));
    a.emit(Op.VPBROADCASTQ, spare(0), Memory.at(RCX, RDI, 0));
    for (int i = 0; i < vectors(); i++) {
      a.emit(Op.VPMOVSXBW, spare(1), Memory.at(RDX, 16 * i));
      a.emit(Op.VPMADDWD, spare(1), spare(1), spare(0));
      a.emit(Op.VPADDD, acc(i), acc(i), spare(1));
    }
    a.emit(Op.ADD_IMM, RDX, 4L * rows).emit(Op.ADD_IMM, RAX, 1);
    a.emit(Op.CMP, RAX, R10).emit(Op.JL, block);
    a.bind(store);
    store(a);
    a.emit(Op.ADD_IMM, R11, 4L * rows).emit(Op.ADD_IMM, R8, 4);
    a.emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, list);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Adds the two sums of each row. */
  private void store(Assembler a) {
    for (int i = 0; i < vectors(); i += 2) {
      Vec sum = acc(i);
      a.emit(Op.VPHADDD, sum, sum, i + 1 < vectors() ? acc(i + 1) : sum);
      if (bits() == 256) {
        a.emit(Op.VPERMQ, sum, sum, new Imm(0xD8));
      }
      boolean half = vectors() == 1;
      a.emit(Op.VMOVDQU_STORE, Memory.at(R11, 16 * i), half ? sum.as(128) : sum);
    }
  }
}

package dev.pith.kernels.quantized;

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

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import dev.pith.kernels.x86.X86Isa;
import java.util.List;

/**
 * Machine code that multiplies lists of weight blocks with one tile of pixels, requantizes the sums
 * and stores a row of results for each output channel.
 *
 * <p>Rows of weights come in groups of {@code rows} that share a list of blocks; a block is an
 * offset (where the activations it reads lie, from the tile's place) and four weights for each row.
 * A block that is not there costs nothing; with a full list this is the dense kernel. Sums never
 * leave registers: {@code rows × vectors} accumulators, one register for each row's weights, one
 * for activations and one for products are at most the registers there are.
 *
 * <p>The function takes the address of its arguments ({@link Args}) in rdi. Reads beyond the tile's
 * pixels do not happen, beyond the last pixel of the image they do.
 *
 * @param isa instruction set
 * @param rows rows that share a list of blocks: 1, 2 or 4
 * @param output U8, I8 or F32
 */
record X86BlockCode(X86Isa isa, int rows, DType output) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    /** I32 for each group and one more: where its blocks begin and end. */
    static final int STARTS = 0;

    /** I32 for each block: byte offset of the activations it reads. */
    static final int OFFSETS = 8;

    /** For each block four I8 weights for each row. */
    static final int WEIGHTS = 16;

    /** The tile's activations. */
    static final int X = 24;

    /** I32 for each row. */
    static final int BIAS = 32;

    /** F32 for each row. */
    static final int SCALE = 40;

    /** Where results of the first row go. */
    static final int OUT = 48;

    /** Bytes from one row of results to the next. */
    static final int OUT_STRIDE = 56;

    /** Groups of rows, at least 1. */
    static final int GROUPS = 64;

    /** F32 times 16: smallest result less the zero point. */
    static final int LOW = 128;

    /** F32 times 16: largest result less the zero point. */
    static final int HIGH = 192;

    /** I32 times 16: zero point. */
    static final int ZERO = 256;

    static final int BYTES = 320;

    private Args() {}
  }

  /** Registers the calling convention wants back. */
  private static final List<Gp> SAVED = List.of(RBX, R12, R13, R14, R15);

  /** Pixels of a tile. */
  int pixels() {
    return isa.vectors(rows) * isa.pixels();
  }

  private Vec acc(int row, int vector) {
    return vec(row * isa.vectors(rows) + vector);
  }

  private Vec weight(int row) {
    return vec(rows * isa.vectors(rows) + row);
  }

  private Vec activation() {
    return weight(rows);
  }

  private Vec product() {
    return weight(rows + 1);
  }

  private Vec vec(int number) {
    return new Vec(number, isa.bits());
  }

  @Override
  public String name() {
    return "block_" + isa + "_" + rows + "_" + output;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    a.load(RBX, RDI, Args.STARTS).load(RSI, RDI, Args.OFFSETS).load(RDX, RDI, Args.WEIGHTS);
    a.load(RCX, RDI, Args.X).load(R12, RDI, Args.BIAS).load(R13, RDI, Args.SCALE);
    a.load(R8, RDI, Args.OUT).load(R14, RDI, Args.OUT_STRIDE).load(R9, RDI, Args.GROUPS);
    a.emit(Op.MOV32, RAX, Memory.at(RBX, 0));
    a.emit(Op.LEA, R15, new Memory(RDX, RAX, rows == 1 ? 4 : 8, 0));
    if (rows == 4) {
      a.emit(Op.LEA, R15, new Memory(R15, RAX, 8, 0));
    }
    Label group = new Label();
    Label store = new Label();
    a.bind(group);
    a.emit(Op.MOV32, R10, Memory.at(RBX, 4));
    for (int i = 0; i < rows * isa.vectors(rows); i++) {
      a.emit(Op.VPXOR, vec(i), vec(i), vec(i));
    }
    a.emit(Op.CMP, RAX, R10).emit(Op.JGE, store);
    Label block = new Label();
    a.bind(block);
    multiply(a);
    a.emit(Op.ADD_IMM, R15, 4L * rows).emit(Op.ADD_IMM, RAX, 1);
    a.emit(Op.CMP, RAX, R10).emit(Op.JL, block);
    a.bind(store);
    for (int row = 0; row < rows; row++) {
      store(a, row);
    }
    a.emit(Op.ADD_IMM, RBX, 4).emit(Op.ADD_IMM, R12, 4L * rows).emit(Op.ADD_IMM, R13, 4L * rows);
    a.emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, group);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** All sums of one group += one block. */
  private void multiply(Assembler a) {
    a.emit(Op.MOVSXD, R11, new Memory(RSI, RAX, 4, 0));
    for (int row = 0; row < rows; row++) {
      a.emit(Op.VPBROADCASTD, weight(row), Memory.at(R15, 4 * row));
      if (isa == X86Isa.AVX2) {
        a.emit(Op.VPMOVSXBW, weight(row), weight(row).as(128));
      }
    }
    for (int v = 0; v < isa.vectors(rows); v++) {
      a.emit(Op.VMOVDQU, activation(), Memory.at(RCX, R11, v * isa.bits() / 8));
      for (int row = 0; row < rows; row++) {
        if (isa == X86Isa.AVX2) {
          a.emit(Op.VPMADDWD, product(), weight(row), activation());
          a.emit(Op.VPADDD, acc(row, v), acc(row, v), product());
        } else {
          a.emit(Op.VPDPBUSD, acc(row, v), activation(), weight(row));
        }
      }
    }
  }

  /** Finishes one row and moves on to the next row of the output. */
  private void store(Assembler a, int row) {
    int done = 0;
    for (int v = 0; v < isa.vectors(rows); v += isa == X86Isa.AVX2 ? 2 : 1) {
      Vec sum = acc(row, v);
      if (isa == X86Isa.AVX2) {
        // Each pixel has two sums, of two channels each; afterwards lanes are 0 1 4 5 2 3 6 7.
        a.emit(Op.VPHADDD, sum, sum, acc(row, v + 1));
        a.emit(Op.VPERMQ, sum, sum, new Imm(0xD8));
      }
      a.emit(Op.VPBROADCASTD, product(), Memory.at(R12, 4 * row));
      a.emit(Op.VPADDD, sum, sum, product());
      a.emit(Op.VCVTDQ2PS, sum, sum);
      a.emit(Op.VBROADCASTSS, product(), Memory.at(R13, 4 * row));
      a.emit(Op.VMULPS, sum, sum, product());
      int lanes = isa.bits() / 32;
      if (output == DType.F32) {
        a.emit(Op.VMOVUPS_STORE, Memory.at(R8, 4 * done), sum);
      } else {
        a.emit(Op.VMAXPS, sum, sum, Memory.at(RDI, Args.LOW));
        a.emit(Op.VMINPS, sum, sum, Memory.at(RDI, Args.HIGH));
        a.emit(Op.VCVTPS2DQ, sum, sum);
        a.emit(Op.VPADDD, sum, sum, Memory.at(RDI, Args.ZERO));
        storeBytes(a, sum, done);
      }
      done += lanes;
    }
    a.emit(Op.ADD, R8, R14);
  }

  private void storeBytes(Assembler a, Vec sum, int at) {
    if (isa.bits() == 512) {
      a.emit(Op.VPMOVDB, Memory.at(R8, at), sum);
      return;
    }
    X86DepthwiseCode.storeBytes(a, output, sum, product(), Memory.at(R8, at));
  }
}

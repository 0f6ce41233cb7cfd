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
import static dev.pith.kernels.x86.Operand.Gp.RBP;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;

/**
 * Machine code that multiplies tiles of rows of A with one panel of B: {@code C = (start + A · B) ·
 * alpha}, every element one chain of fused multiply-adds in ascending k, so that results depend
 * neither on how rows are split nor on how k is. A panel is two vectors wide; six rows times two
 * vectors (twelve with 32 registers) keep 12 sums, 2 vectors of B and 2 broadcast elements of A in
 * registers: 8 loads for 12 products, so that products are the bound.
 *
 * @param bits width of vectors: 256 or 512
 * @param rows rows of a tile, 1 to {@link #mostRows}
 * @param isScaled whether results are multiplied with alpha
 */
record X86ProductCode(int bits, int rows, boolean isScaled) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses, counts and strides are 64-bit. */
  static final class Args {
    static final int A = 0;

    /** Bytes from one row of A to the next. */
    static final int A_ROW = 8;

    /** Bytes from one k of A to the next. */
    static final int A_K = 16;

    /** Bytes from one tile's first row of A to the next one's. */
    static final int A_TILE = 24;

    static final int B = 32;

    /** Bytes from one k of B to the next. */
    static final int B_K = 40;

    /** A panel's width of floats that sums of a row begin with. */
    static final int START = 48;

    /** Bytes from one row's start to the next one's; 0 where all have the same. */
    static final int START_ROW = 56;

    static final int C = 64;

    /** Bytes from one row of C to the next. */
    static final int C_ROW = 72;

    static final int K = 80;

    /** Tiles, at least 1. */
    static final int TILES = 88;

    /** F32. */
    static final int ALPHA = 96;

    static final int BYTES = 128;

    private Args() {}
  }

  private static final List<Gp> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

  /** Rows of the largest tile for vectors of {@code bits}. */
  static int mostRows(int bits) {
    return bits == 512 ? 12 : 6;
  }

  /** Floats of a panel's row. */
  static int width(int bits) {
    return 2 * bits / 32;
  }

  private Vec acc(int row, int vector) {
    return new Vec(2 * row + vector, bits);
  }

  private Vec spare(int index) {
    return new Vec(2 * mostRows(bits) + index, bits);
  }

  private Memory column(Gp base, int vector) {
    return Memory.at(base, vector * bits / 8);
  }

  /** The element of row {@code row}: rax is row 0, r15 row 6; rcx, rdx, rsi are 1, 3, 5 rows. */
  private static Memory element(int row) {
    Gp base = row < 6 ? RAX : R15;
    return switch (row % 6) {
      case 0 -> Memory.at(base, 0);
      case 1 -> Memory.at(base, RCX, 0);
      case 2 -> new Memory(base, RCX, 2, 0);
      case 3 -> Memory.at(base, RDX, 0);
      case 4 -> new Memory(base, RCX, 4, 0);
      default -> Memory.at(base, RSI, 0);
    };
  }

  @Override
  public String name() {
    return "product_" + bits + "_" + rows + "_" + isScaled;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    a.load(RBX, RDI, Args.A).load(RCX, RDI, Args.A_ROW).load(R8, RDI, Args.A_K);
    a.emit(Op.LEA, RDX, new Memory(RCX, RCX, 2, 0)).emit(Op.LEA, RSI, new Memory(RCX, RCX, 4, 0));
    a.load(R10, RDI, Args.B_K).load(R13, RDI, Args.START).load(R12, RDI, Args.C);
    a.load(R14, RDI, Args.TILES);
    Label tile = new Label();
    Label product = new Label();
    Label store = new Label();
    a.bind(tile);
    for (int row = 0; row < rows; row++) {
      a.emit(Op.VMOVUPS, acc(row, 0), column(R13, 0)).emit(Op.VMOVUPS, acc(row, 1), column(R13, 1));
      a.emit(Op.ADD, R13, Memory.at(RDI, Args.START_ROW));
    }
    a.emit(Op.MOV, RAX, RBX).load(R9, RDI, Args.B).load(R11, RDI, Args.K);
    if (rows > 6) {
      a.emit(Op.LEA, R15, new Memory(RAX, RDX, 2, 0));
    }
    a.emit(Op.CMP_IMM, R11, 0).emit(Op.JE, store);
    a.bind(product);
    a.emit(Op.VMOVUPS, spare(0), column(R9, 0)).emit(Op.VMOVUPS, spare(1), column(R9, 1));
    for (int row = 0; row < rows; row++) {
      Vec element = spare(2 + row % 2);
      a.emit(Op.VBROADCASTSS, element, element(row));
      a.emit(Op.VFMADD231PS, acc(row, 0), element, spare(0));
      a.emit(Op.VFMADD231PS, acc(row, 1), element, spare(1));
    }
    a.emit(Op.ADD, RAX, R8).emit(Op.ADD, R9, R10);
    if (rows > 6) {
      a.emit(Op.ADD, R15, R8);
    }
    a.emit(Op.SUB_IMM, R11, 1).emit(Op.JNE, product);
    a.bind(store);
    store(a);
    a.emit(Op.ADD, RBX, Memory.at(RDI, Args.A_TILE));
    a.emit(Op.SUB_IMM, R14, 1).emit(Op.JNE, tile);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void store(Assembler a) {
    if (isScaled) {
      a.emit(Op.VBROADCASTSS, spare(0), Memory.at(RDI, Args.ALPHA));
    }
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < 2; v++) {
        if (isScaled) {
          a.emit(Op.VMULPS, acc(row, v), acc(row, v), spare(0));
        }
        a.emit(Op.VMOVUPS_STORE, column(R12, v), acc(row, v));
      }
      a.emit(Op.ADD, R12, Memory.at(RDI, Args.C_ROW));
    }
  }
}

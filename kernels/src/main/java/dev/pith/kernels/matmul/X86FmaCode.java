package dev.pith.kernels.matmul;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
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

import dev.pith.kernels.Target;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;

/**
 * Machine code that multiplies lists of fp32 weights with one tile of pixels: y = bias + Σ w · x,
 * each sum fused and in the order of the list, so that results never depend on how work is split.
 *
 * <p>Rows of weights come in groups of {@code rows} that share a list; an entry is an offset (where
 * the channel it reads lies, from the tile's place) and one weight for each row. With a full list
 * this is the dense kernel, with one row a group it is CSR.
 *
 * @param bits width of vectors: 256 or 512
 * @param rows rows that share a list: 1, 2 or 4
 * @param vectors vectors of a tile, 1 to {@link #mostVectors}
 * @param isContinued whether sums begin with what is stored already, not with the bias
 */
public record X86FmaCode(int bits, int rows, int vectors, boolean isContinued)
    implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  public static final class Args {
    /** I32 for each group and one more: where its entries begin and end. */
    public static final int STARTS = 0;

    /** I32 for each entry: byte offset of the activations it reads. */
    public static final int OFFSETS = 8;

    /** For each entry F32 for each row. */
    public static final int WEIGHTS = 16;

    /** The tile's activations. */
    public static final int X = 24;

    /** F32 for each row. */
    public static final int BIAS = 32;

    /** Where results of the first row go. */
    public static final int OUT = 40;

    /** Bytes from one row of results to the next. */
    public static final int OUT_STRIDE = 48;

    /** Groups of rows, at least 1. */
    public static final int GROUPS = 56;

    /** Bytes from one group's activations to the next one's; 0 where all read the same. */
    public static final int X_STEP = 64;

    public static final int BYTES = 128;

    private Args() {}
  }

  private static final List<Gp> SAVED = List.of(RBX, R12, R14, R15);

  /** Vectors of the widest code that {@code target} runs, in bits; 0 if it runs none. */
  public static int bits(Target target) {
    if (!target.isCpu() || !target.has("x86_code")) {
      return 0;
    }
    return target.has("avx512f") ? 512 : target.has("avx2") && target.has("fma") ? 256 : 0;
  }

  /** Cycles until the result of a fused multiply-add can be added to. */
  private static final int LATENCY = 4;

  /** Code for tiles that waste least of {@code pixels} pixels. */
  public static X86FmaCode of(int bits, int rows, long pixels) {
    X86FmaCode best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int vectors = mostVectors(bits, rows); vectors >= 1; vectors--) {
      X86FmaCode code = new X86FmaCode(bits, rows, vectors, false);
      double tiles = Math.ceil((double) pixels / code.pixels());
      double cost = tiles * Math.max(LATENCY, rows * vectors / 2.0);
      if (cost < least) {
        best = code;
        least = cost;
      }
    }
    return best;
  }

  /** The same code for sums that go on. */
  public X86FmaCode continued() {
    return new X86FmaCode(bits, rows, vectors, true);
  }

  /** Vectors of the largest tile: as many as registers allow, so that products are the bound. */
  static int mostVectors(int bits, int rows) {
    return switch (rows) {
      case 1 -> 8;
      case 2 -> 6;
      default -> bits == 512 ? 6 : 3;
    };
  }

  /** Pixels of a tile. */
  public int pixels() {
    return vectors * bits / 32;
  }

  /** Cycles for one entry and one pixel, roughly; one row is bound by loading activations. */
  static double cost(int bits, int rows) {
    double product = 0.5 / (bits / 32);
    return rows == 1 ? 1.15 * product : rows * product;
  }

  private Vec vec(int number) {
    return new Vec(number, bits);
  }

  private Vec acc(int row, int vector) {
    return vec(row * vectors + vector);
  }

  /** Four rows keep the tile's activations in registers, fewer keep the weights there. */
  private Vec spare(int index) {
    return vec(rows * vectors + index);
  }

  @Override
  public String name() {
    return "fma_" + bits + "_" + rows + "_" + vectors + "_" + isContinued;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    a.load(RBX, RDI, Args.STARTS).load(RSI, RDI, Args.OFFSETS).load(RDX, RDI, Args.WEIGHTS);
    a.load(RCX, RDI, Args.X).load(R12, RDI, Args.BIAS);
    a.load(R8, RDI, Args.OUT).load(R14, RDI, Args.OUT_STRIDE).load(R9, RDI, Args.GROUPS);
    a.emit(Op.MOV32, RAX, Memory.at(RBX, 0));
    a.emit(Op.LEA, R15, new Memory(RDX, RAX, rows == 1 ? 4 : 8, 0));
    if (rows == 4) {
      a.emit(Op.LEA, R15, new Memory(R15, RAX, 8, 0));
    }
    Label group = new Label();
    Label store = new Label();
    Label entry = new Label();
    a.bind(group);
    a.emit(Op.MOV32, R10, Memory.at(RBX, 4));
    start(a);
    a.emit(Op.CMP, RAX, R10).emit(Op.JGE, store);
    a.bind(entry);
    a.emit(Op.MOVSXD, R11, new Memory(RSI, RAX, 4, 0));
    multiply(a);
    a.emit(Op.ADD_IMM, R15, 4L * rows).emit(Op.ADD_IMM, RAX, 1);
    a.emit(Op.CMP, RAX, R10).emit(Op.JL, entry);
    a.bind(store);
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < vectors; v++) {
        a.emit(Op.VMOVUPS_STORE, Memory.at(R8, v * bits / 8), acc(row, v));
      }
      a.emit(Op.ADD, R8, R14);
    }
    a.emit(Op.ADD_IMM, RBX, 4).emit(Op.ADD_IMM, R12, 4L * rows);
    a.emit(Op.ADD, RCX, Memory.at(RDI, Args.X_STEP));
    a.emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, group);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void start(Assembler a) {
    a.emit(Op.MOV, R11, R8);
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < vectors; v++) {
        if (isContinued) {
          a.emit(Op.VMOVUPS, acc(row, v), Memory.at(R11, v * bits / 8));
        } else {
          a.emit(Op.VBROADCASTSS, acc(row, v), Memory.at(R12, 4 * row));
        }
      }
      a.emit(Op.ADD, R11, R14);
    }
  }

  private Memory activations(int vector) {
    return Memory.at(RCX, R11, vector * bits / 8);
  }

  private void multiply(Assembler a) {
    if (rows == 4) {
      for (int v = 0; v < vectors; v++) {
        a.emit(Op.VMOVUPS, spare(v), activations(v));
      }
      for (int row = 0; row < rows; row++) {
        Vec weight = spare(vectors);
        a.emit(Op.VBROADCASTSS, weight, Memory.at(R15, 4 * row));
        for (int v = 0; v < vectors; v++) {
          a.emit(Op.VFMADD231PS, acc(row, v), weight, spare(v));
        }
      }
      return;
    }
    for (int row = 0; row < rows; row++) {
      a.emit(Op.VBROADCASTSS, spare(row), Memory.at(R15, 4 * row));
    }
    for (int v = 0; v < vectors; v++) {
      if (rows == 1) {
        a.emit(Op.VFMADD231PS, acc(0, v), spare(0), activations(v));
      } else {
        a.emit(Op.VMOVUPS, spare(rows), activations(v));
        for (int row = 0; row < rows; row++) {
          a.emit(Op.VFMADD231PS, acc(row, v), spare(row), spare(rows));
        }
      }
    }
  }
}

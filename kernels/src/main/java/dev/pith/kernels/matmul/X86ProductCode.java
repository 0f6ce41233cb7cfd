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

import dev.pith.kernels.Activation;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;

/**
 * Machine code that multiplies tiles of rows of A with panels of B: {@code C = end(start + A · B)},
 * every element one chain of fused multiply-adds in ascending k, so that results depend neither on
 * how rows are split nor on how k is. A panel is two vectors wide; six rows times two vectors
 * (twelve with 32 registers) keep 12 sums, 2 vectors of B and 2 broadcast elements of A in
 * registers: 8 loads for 12 products, so that products are the bound. Panels of one vector, for
 * what is left of the columns, take twelve rows.
 *
 * @param bits width of vectors: 256 or 512
 * @param vectors vectors of a panel: 1 or 2
 * @param rows rows of a tile, 1 to {@link #mostRows}
 * @param start what sums begin with
 * @param end what is done with sums
 */
public record X86ProductCode(int bits, int vectors, int rows, Start start, End end)
    implements GeneratedCode {

  /** What the sums of a row begin with. */
  public enum Start {
    /** A panel's width of floats: a bias for each column, or sums to go on with. */
    COLUMNS,
    /** One float for all columns. */
    ROW
  }

  /**
   * What is done with sums before they are stored.
   *
   * @param isScaled whether they are multiplied with alpha
   * @param residual whether floats are added that lie as C does
   * @param activation a function of {@link #takes}, applied last
   */
  public record End(boolean isScaled, boolean residual, Activation.Kind activation) {

    /** Sums are stored as they are. */
    public static final End NONE = new End(false, false, Activation.Kind.NONE);

    public End {
      if (isScaled && activation != Activation.Kind.NONE || !takes(activation)) {
        throw new IllegalArgumentException("sums cannot end with " + activation);
      }
    }

    /** Whether {@code kind} is one of the functions that need no registers. */
    public static boolean takes(Activation.Kind kind) {
      return switch (kind) {
        case NONE, RELU, CLIP -> true;
        default -> false;
      };
    }
  }

  /** Byte offsets of the function's arguments; addresses, counts and strides are 64-bit. */
  public static final class Args {
    public static final int A = 0;

    /** Bytes from one row of A to the next, within six rows. */
    public static final int A_ROW = 8;

    /** Bytes from one k of A to the next. */
    public static final int A_K = 16;

    /** Bytes from one tile's first row of A to the next one's. */
    public static final int A_TILE = 24;

    /** The first panel; the call moves it on. */
    public static final int B = 32;

    /** Bytes from one k of B to the next. */
    public static final int B_K = 40;

    /** What sums of the first row begin with; the call moves it on by panels. */
    public static final int START = 48;

    /** Bytes from one row's start to the next one's; 0 where all have the same. */
    public static final int START_ROW = 56;

    /** Where results go; the call moves it on by a panel's width. */
    public static final int C = 64;

    /** Bytes from one row of C to the next. */
    public static final int C_ROW = 72;

    public static final int K = 80;

    /** Tiles, at least 1. */
    public static final int TILES = 88;

    /** F32 factor, or lower bound of the activation. */
    public static final int ALPHA = 96;

    /** F32 upper bound of the activation. */
    public static final int BETA = 100;

    /** Panels, at least 1; 1 when the call returns. */
    public static final int PANELS = 104;

    /** Bytes from one panel of B to the next. */
    public static final int B_PANEL = 112;

    /** Bytes from one panel's start to the next one's. */
    public static final int START_PANEL = 120;

    /** What is added, from C: a distance in bytes. */
    public static final int RESIDUAL_DISTANCE = 128;

    /** Bytes from one six rows of A to the next. */
    public static final int A_SIX_ROWS = 136;

    public static final int BYTES = 192;

    private Args() {}
  }

  /** Products of so many k follow each other without a jump. */
  private static final int UNROLLED = 4;

  private static final List<Gp> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

  /** Rows of the largest tile of panels of two vectors of {@code bits}. */
  static int mostRows(int bits) {
    return mostRows(bits, 2);
  }

  /** Rows of the largest tile of panels of {@code vectors} vectors. */
  public static int mostRows(int bits, int vectors) {
    return bits == 512 || vectors == 1 ? 12 : 6;
  }

  /** Floats of a row of a panel of two vectors. */
  public static int width(int bits) {
    return 2 * bits / 32;
  }

  private Vec acc(int row, int vector) {
    return new Vec(vectors * row + vector, bits);
  }

  private Vec spare(int index) {
    return new Vec(vectors * mostRows(bits, vectors) + index, bits);
  }

  private Memory column(Gp base, int vector) {
    return Memory.at(base, vector * bits / 8);
  }

  /** The element of row {@code row} from row 0 or 6 at {@code base}; rcx, rdx, rsi are 1, 3, 5. */
  private static Memory element(Gp base, int row) {
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
    String ends = end.isScaled() + "_" + end.residual() + "_" + end.activation();
    return "product_" + bits + "_" + vectors + "_" + rows + "_" + start + "_" + ends;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    a.load(RCX, RDI, Args.A_ROW).load(R8, RDI, Args.A_K).load(R10, RDI, Args.B_K);
    a.emit(Op.LEA, RDX, new Memory(RCX, RCX, 2, 0)).emit(Op.LEA, RSI, new Memory(RCX, RCX, 4, 0));
    if (end.residual()) {
      a.load(RBP, RDI, Args.RESIDUAL_DISTANCE);
    }
    Label panel = new Label();
    Label done = new Label();
    Label tile = new Label();
    a.bind(panel);
    a.load(RBX, RDI, Args.A).load(R13, RDI, Args.START).load(R12, RDI, Args.C);
    a.load(R14, RDI, Args.TILES);
    a.bind(tile);
    tile(a);
    a.emit(Op.ADD, RBX, Memory.at(RDI, Args.A_TILE));
    a.emit(Op.SUB_IMM, R14, 1).emit(Op.JNE, tile);
    a.load(RAX, RDI, Args.PANELS).emit(Op.SUB_IMM, RAX, 1).emit(Op.JE, done);
    a.emit(Op.MOV_STORE, Memory.at(RDI, Args.PANELS), RAX);
    a.load(RAX, RDI, Args.B).emit(Op.ADD, RAX, Memory.at(RDI, Args.B_PANEL));
    a.emit(Op.MOV_STORE, Memory.at(RDI, Args.B), RAX);
    a.load(RAX, RDI, Args.START).emit(Op.ADD, RAX, Memory.at(RDI, Args.START_PANEL));
    a.emit(Op.MOV_STORE, Memory.at(RDI, Args.START), RAX);
    a.load(RAX, RDI, Args.C).emit(Op.ADD_IMM, RAX, (long) vectors * bits / 8);
    a.emit(Op.MOV_STORE, Memory.at(RDI, Args.C), RAX).emit(Op.JMP, panel).bind(done);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** One tile: sums begin, all of k is added, results are stored. */
  private void tile(Assembler a) {
    Label product = new Label();
    Label few = new Label();
    Label single = new Label();
    Label store = new Label();
    begin(a);
    a.emit(Op.MOV, RAX, RBX).load(R9, RDI, Args.B).load(R11, RDI, Args.K);
    if (rows > 6) {
      a.emit(Op.MOV, R15, RAX).emit(Op.ADD, R15, Memory.at(RDI, Args.A_SIX_ROWS));
    }
    a.emit(Op.SUB_IMM, R11, UNROLLED).emit(Op.JL, few);
    a.bind(product);
    for (int i = 0; i < UNROLLED; i++) {
      multiply(a);
    }
    a.emit(Op.SUB_IMM, R11, UNROLLED).emit(Op.JGE, product);
    a.bind(few).emit(Op.ADD_IMM, R11, UNROLLED).emit(Op.JE, store);
    a.bind(single);
    multiply(a);
    a.emit(Op.SUB_IMM, R11, 1).emit(Op.JNE, single);
    a.bind(store);
    store(a);
  }

  /** One k. */
  private void multiply(Assembler a) {
    for (int v = 0; v < vectors; v++) {
      a.emit(Op.VMOVUPS, spare(v), column(R9, v));
    }
    for (int row = 0; row < rows; row++) {
      Vec element = spare(vectors + row % 2);
      a.emit(Op.VBROADCASTSS, element, element(row < 6 ? RAX : R15, row));
      for (int v = 0; v < vectors; v++) {
        a.emit(Op.VFMADD231PS, acc(row, v), element, spare(v));
      }
    }
    a.emit(Op.ADD, RAX, R8).emit(Op.ADD, R9, R10);
    if (rows > 6) {
      a.emit(Op.ADD, R15, R8);
    }
  }

  private void begin(Assembler a) {
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < vectors; v++) {
        if (start == Start.COLUMNS) {
          a.emit(Op.VMOVUPS, acc(row, v), column(R13, v));
        } else {
          a.emit(Op.VBROADCASTSS, acc(row, v), Memory.at(R13, 0));
        }
      }
      a.emit(Op.ADD, R13, Memory.at(RDI, Args.START_ROW));
    }
  }

  private void store(Assembler a) {
    if (end.isScaled() || end.activation() != Activation.Kind.NONE) {
      a.emit(Op.VBROADCASTSS, spare(0), Memory.at(RDI, Args.ALPHA));
    }
    if (end.activation() == Activation.Kind.CLIP) {
      a.emit(Op.VBROADCASTSS, spare(1), Memory.at(RDI, Args.BETA));
    }
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < vectors; v++) {
        finish(a, acc(row, v), Memory.at(R12, RBP, v * bits / 8));
        a.emit(Op.VMOVUPS_STORE, column(R12, v), acc(row, v));
      }
      a.emit(Op.ADD, R12, Memory.at(RDI, Args.C_ROW));
    }
  }

  private void finish(Assembler a, Vec sum, Memory residual) {
    if (end.isScaled()) {
      a.emit(Op.VMULPS, sum, sum, spare(0));
    }
    if (end.residual()) {
      a.emit(Op.VADDPS, sum, sum, residual);
    }
    // Of two operands that do not compare, the second is the result: what is no number stays so.
    if (end.activation() != Activation.Kind.NONE) {
      a.emit(Op.VMAXPS, sum, spare(0), sum);
    }
    if (end.activation() == Activation.Kind.CLIP) {
      a.emit(Op.VMINPS, sum, spare(1), sum);
    }
  }
}

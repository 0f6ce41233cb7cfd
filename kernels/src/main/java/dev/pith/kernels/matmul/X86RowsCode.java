package dev.pith.kernels.matmul;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.FloatFunctions;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.lang.foreign.MemorySegment;

/**
 * Machine code that finishes sums: y = activation(sum + residual) for pieces of some rows, the same
 * pieces of each row; exactly the floats of the pieces are written.
 *
 * @param residual whether floats are added that lie as the results do
 * @param activation function applied last; its parameters are arguments
 */
public record X86RowsCode(boolean residual, Activation.Kind activation) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  public static final class Args {
    public static final int SUMS = 0;

    /** Bytes from one row of sums to the next. */
    public static final int SUMS_STRIDE = 8;

    public static final int OUT = 16;

    /** Bytes from one row of results to the next. */
    public static final int OUT_STRIDE = 24;

    /** What is added, from the results' address: a distance in bytes. */
    public static final int RESIDUAL_DISTANCE = 32;

    /** For each piece I32 byte offset in the sums, in the results, and its floats (1 or more). */
    public static final int PIECES = 40;

    public static final int PIECE_COUNT = 48;
    public static final int ROWS = 56;

    /** F32 times 8: the activation's first parameter. */
    public static final int ALPHA = 64;

    /** F32 times 8: its second parameter. */
    public static final int BETA = 96;

    /** I32 times 16: eight times −1, then eight times 0. */
    public static final int MASKS = 128;

    public static final int BYTES = 192;

    private Args() {}
  }

  private static final int LANES = 8;
  private static final Vec VALUE = new Vec(0, 256);
  private static final Vec MASK = new Vec(1, 256);
  private static final Vec ADDEND = new Vec(2, 256);
  private static final Vec ALPHA = new Vec(3, 256);
  private static final Vec BETA = new Vec(4, 256);

  /** Fills in bounds and masks. */
  public static void begin(MemorySegment args, Activation activation) {
    boolean relu = activation.kind() == Activation.Kind.RELU;
    float beta = relu ? Float.POSITIVE_INFINITY : activation.beta();
    for (int i = 0; i < LANES; i++) {
      args.set(Elements.F32, Args.ALPHA + 4L * i, relu ? 0 : activation.alpha());
      args.set(Elements.F32, Args.BETA + 4L * i, beta);
      args.set(Elements.I32, Args.MASKS + 4L * i, -1);
      args.set(Elements.I32, Args.MASKS + 32 + 4L * i, 0);
    }
  }

  /** Makes the first {@code floats} floats of each row the only piece, described in {@code at}. */
  public static void place(MemorySegment args, MemorySegment at, int floats) {
    at.set(Elements.I32, 0, 0);
    at.set(Elements.I32, 4, 0);
    at.set(Elements.I32, 8, floats);
    args.set(Elements.I64, Args.PIECES, at.address());
    args.set(Elements.I64, Args.PIECE_COUNT, 1);
  }

  /** Fills in where {@code rows} rows of sums and of results are. */
  public static void rows(
      MemorySegment args, long from, long fromRow, long to, long toRow, long rows) {
    args.set(Elements.I64, Args.SUMS, from);
    args.set(Elements.I64, Args.SUMS_STRIDE, fromRow);
    args.set(Elements.I64, Args.OUT, to);
    args.set(Elements.I64, Args.OUT_STRIDE, toRow);
    args.set(Elements.I64, Args.ROWS, rows);
  }

  @Override
  public String name() {
    return "rows_" + residual + "_" + activation;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    FloatFunctions functions = new FloatFunctions(a, RBX, 5);
    a.emit(Op.PUSH, RBX);
    functions.begin();
    a.load(R8, RDI, Args.SUMS).load(R9, RDI, Args.OUT).load(R10, RDI, Args.RESIDUAL_DISTANCE);
    a.emit(Op.VMOVUPS, ALPHA, Memory.at(RDI, Args.ALPHA));
    a.emit(Op.VMOVUPS, BETA, Memory.at(RDI, Args.BETA));
    Label row = new Label();
    Label piece = new Label();
    Label whole = new Label();
    Label tail = new Label();
    Label next = new Label();
    a.bind(row);
    a.load(RSI, RDI, Args.PIECES).load(RDX, RDI, Args.PIECE_COUNT);
    a.bind(piece);
    a.emit(Op.MOVSXD, RAX, Memory.at(RSI, 0)).emit(Op.ADD, RAX, R8);
    a.emit(Op.MOVSXD, RCX, Memory.at(RSI, 4)).emit(Op.ADD, RCX, R9);
    a.emit(Op.MOVSXD, R11, Memory.at(RSI, 8));
    a.bind(whole);
    a.emit(Op.SUB_IMM, R11, LANES).emit(Op.JL, tail);
    finish(a, functions, false);
    a.emit(Op.ADD_IMM, RAX, 4 * LANES).emit(Op.ADD_IMM, RCX, 4 * LANES).emit(Op.JMP, whole);
    a.bind(tail);
    // r11 is now the floats left less 8: the mask begins that many places before its zeros.
    a.emit(Op.CMP_IMM, R11, -LANES).emit(Op.JE, next);
    a.emit(Op.SHL_IMM, R11, 2).emit(Op.SUB, RDI, R11);
    a.emit(Op.VMOVDQU, MASK, Memory.at(RDI, Args.MASKS)).emit(Op.ADD, RDI, R11);
    finish(a, functions, true);
    a.bind(next);
    a.emit(Op.ADD_IMM, RSI, 12).emit(Op.SUB_IMM, RDX, 1).emit(Op.JNE, piece);
    a.emit(Op.ADD, R8, Memory.at(RDI, Args.SUMS_STRIDE));
    a.emit(Op.ADD, R9, Memory.at(RDI, Args.OUT_STRIDE));
    a.load(RAX, RDI, Args.ROWS).emit(Op.SUB_IMM, RAX, 1);
    a.emit(Op.MOV_STORE, Memory.at(RDI, Args.ROWS), RAX).emit(Op.JNE, row);
    return a.emit(Op.POP, RBX).emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void finish(Assembler a, FloatFunctions functions, boolean masked) {
    load(a, VALUE, Memory.at(RAX, 0), masked);
    if (residual) {
      load(a, ADDEND, Memory.at(RCX, R10, 0), masked);
      a.emit(Op.VADDPS, VALUE, VALUE, ADDEND);
    }
    functions.activate(activation, VALUE, ALPHA, BETA);
    if (masked) {
      a.emit(Op.VMASKMOVPS_STORE, Memory.at(RCX, 0), MASK, VALUE);
    } else {
      a.emit(Op.VMOVUPS_STORE, Memory.at(RCX, 0), VALUE);
    }
  }

  private static void load(Assembler a, Vec to, Memory from, boolean masked) {
    if (masked) {
      a.emit(Op.VMASKMOVPS, to, MASK, from);
    } else {
      a.emit(Op.VMOVUPS, to, from);
    }
  }
}

package dev.pith.kernels.elementwise;

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

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.FloatFunctions;
import dev.pith.kernels.x86.FloatLoop;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.lang.foreign.MemorySegment;

/**
 * Emits y[r][i] = f(a[r][i], b[r][i]) for rows of floats, eight at a time and the rest masked; an
 * operand is a vector or one number along a row. Rows of y follow each other.
 */
final class X86RowLoop {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int A = 0;

    /** Bytes from one row of a to the next. */
    static final int A_ROW = 8;

    static final int B = 16;

    /** Bytes from one row of b to the next. */
    static final int B_ROW = 24;

    static final int Y = 32;

    /** Floats of a row, at least 1. */
    static final int LENGTH = 40;

    /** Rows, at least 1. */
    static final int ROWS = 48;

    /** F32 times 8: parameters. */
    static final int ALPHA = 64;

    static final int BETA = 96;

    static final int BYTES = 128;

    private Args() {}
  }

  /** Emits {@code x = f(x, y)}, with parameters in memory. */
  @FunctionalInterface
  interface Body {
    void emit(Assembler a, FloatFunctions f, Vec x, Vec y);
  }

  /** Where bodies find the parameters. */
  static final Memory ALPHA = Memory.at(RDI, Args.ALPHA);

  static final Memory BETA = Memory.at(RDI, Args.BETA);

  private static final int LANES = 8;
  private static final Vec X = new Vec(0, 256);
  private static final Vec Y = new Vec(1, 256);
  private static final Vec MASK = new Vec(2, 256);

  /** First vector register for bodies. */
  private static final int FREE = 3;

  private final Assembler a = new Assembler();
  private final FloatFunctions functions = new FloatFunctions(a, R11, FREE);
  private final FloatLoop loop = new FloatLoop(a, functions, RAX, R10, RBX, MASK);
  private final boolean scalarA;
  private final boolean hasB;
  private final boolean scalarB;
  private final Body body;

  private X86RowLoop(boolean scalarA, boolean hasB, boolean scalarB, Body body) {
    this.scalarA = scalarA;
    this.hasB = hasB;
    this.scalarB = scalarB;
    this.body = body;
  }

  /** Code for a function of one operand. */
  static Assembler unary(Body body) {
    return new X86RowLoop(false, false, false, body).emit();
  }

  /** Code for a function of two operands, either of which may be one number a row. */
  static Assembler binary(boolean scalarA, boolean scalarB, Body body) {
    return new X86RowLoop(scalarA, true, scalarB, body).emit();
  }

  /** Fills in parameters. */
  static void begin(MemorySegment args, float alpha, float beta) {
    for (int i = 0; i < LANES; i++) {
      args.set(Elements.F32, Args.ALPHA + 4L * i, alpha);
      args.set(Elements.F32, Args.BETA + 4L * i, beta);
    }
  }

  private Assembler emit() {
    Label row = new Label();
    a.emit(Op.PUSH, RBX);
    functions.begin();
    a.load(RSI, RDI, Args.A).load(RDX, RDI, Args.B).load(RCX, RDI, Args.Y);
    a.load(R8, RDI, Args.LENGTH).load(R9, RDI, Args.ROWS);
    a.emit(Op.SHL_IMM, R8, 2).bind(row);
    loop.emit(R8, this::step);
    a.emit(Op.ADD, RSI, Memory.at(RDI, Args.A_ROW)).emit(Op.ADD, RDX, Memory.at(RDI, Args.B_ROW));
    a.emit(Op.ADD, RCX, R8).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, row);
    return a.emit(Op.POP, RBX).emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void step(boolean masked) {
    load(X, RSI, scalarA, masked);
    if (hasB) {
      load(Y, RDX, scalarB, masked);
    }
    body.emit(a, functions, X, Y);
    loop.store(RCX, X, masked);
  }

  private void load(Vec to, Gp base, boolean scalar, boolean masked) {
    if (scalar) {
      a.emit(Op.VBROADCASTSS, to, Memory.at(base, 0));
    } else {
      loop.load(to, base, masked);
    }
  }
}

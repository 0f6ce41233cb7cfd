package dev.pith.kernels.reduce;

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
import dev.pith.kernels.x86.FloatFunctions;
import dev.pith.kernels.x86.FloatLoop;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code for the softmax of rows of floats: the largest, exponentials and their sum, and the
 * quotients, each along the whole row, which stays in the cache.
 */
record X86SoftmaxCode() implements GeneratedCode {

  /** Byte offsets of the function's arguments, all 64-bit. */
  static final class Args {
    static final int X = 0;
    static final int Y = 8;

    /** Floats of a row, at least 1. */
    static final int LENGTH = 16;

    /** Rows, at least 1. */
    static final int ROWS = 24;

    static final int BYTES = 64;

    private Args() {}
  }

  private static final Vec VALUE = new Vec(0, 256);
  private static final Vec MASK = new Vec(1, 256);
  private static final Vec LARGEST = new Vec(2, 256);
  private static final Vec SUM = new Vec(3, 256);
  private static final Vec LOWEST = new Vec(4, 256);

  @Override
  public String name() {
    return "softmax";
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    FloatFunctions f = new FloatFunctions(a, R11, 5);
    FloatLoop loop = new FloatLoop(a, f, RAX, R10, RDX, MASK);
    Label row = new Label();
    f.begin();
    a.load(RSI, RDI, Args.X).load(RCX, RDI, Args.Y);
    a.load(R8, RDI, Args.LENGTH).load(R9, RDI, Args.ROWS).emit(Op.SHL_IMM, R8, 2);
    a.emit(Op.VMOVUPS, LOWEST, f.constant(Float.NEGATIVE_INFINITY));
    a.bind(row);
    a.emit(Op.VMOVUPS, LARGEST, LOWEST);
    loop.emit(
        R8,
        masked -> {
          loop.load(VALUE, RSI, masked);
          if (masked) {
            a.emit(Op.VBLENDVPS, VALUE, LOWEST, VALUE, MASK);
          }
          a.emit(Op.VMAXPS, LARGEST, LARGEST, VALUE);
        });
    f.extremeLane(LARGEST, true);
    a.emit(Op.VPXOR, SUM, SUM, SUM);
    loop.emit(
        R8,
        masked -> {
          loop.load(VALUE, RSI, masked);
          a.emit(Op.VSUBPS, VALUE, VALUE, LARGEST);
          f.exp(VALUE);
          if (masked) {
            a.emit(Op.VANDPS, VALUE, VALUE, MASK);
          }
          a.emit(Op.VADDPS, SUM, SUM, VALUE);
          loop.store(RCX, VALUE, masked);
        });
    f.sumLanes(SUM);
    f.reciprocal(SUM);
    loop.emit(
        R8,
        masked -> {
          loop.load(VALUE, RCX, masked);
          a.emit(Op.VMULPS, VALUE, VALUE, SUM);
          loop.store(RCX, VALUE, masked);
        });
    a.emit(Op.ADD, RSI, R8).emit(Op.ADD, RCX, R8).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, row);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }
}

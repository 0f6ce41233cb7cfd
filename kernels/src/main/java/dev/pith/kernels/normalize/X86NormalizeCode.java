package dev.pith.kernels.normalize;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
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
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code for {@code y = (x − mean) / √(variance + ε) · scale + bias} along rows of floats,
 * the variance taken around the mean.
 *
 * @param centered whether the mean is taken away
 * @param bias whether there is a bias
 */
record X86NormalizeCode(boolean centered, boolean bias) implements GeneratedCode {

  /** Byte offsets of the function's arguments, 64-bit but for the last two. */
  static final class Args {
    static final int X = 0;
    static final int Y = 8;
    static final int SCALE = 16;
    static final int BIAS = 24;

    /** Floats of a row, at least 1. */
    static final int LENGTH = 32;

    /** Rows, at least 1. */
    static final int ROWS = 40;

    /** F32: floats of a row. */
    static final int COUNT = 48;

    /** F32. */
    static final int EPSILON = 52;

    static final int BYTES = 64;

    private Args() {}
  }

  private static final Vec VALUE = new Vec(0, 256);
  private static final Vec MASK = new Vec(1, 256);
  private static final Vec MEAN = new Vec(2, 256);
  private static final Vec INVERSE = new Vec(3, 256);
  private static final Vec COUNT = new Vec(4, 256);
  private static final Vec OTHER = new Vec(5, 256);

  @Override
  public String name() {
    return "normalize_" + centered + "_" + bias;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    FloatFunctions f = new FloatFunctions(a, R11, 6);
    FloatLoop loop = new FloatLoop(a, f, RAX, R10, R12, MASK);
    Label row = new Label();
    a.emit(Op.PUSH, RBX).emit(Op.PUSH, R12);
    f.begin();
    a.load(RSI, RDI, Args.X).load(RCX, RDI, Args.Y);
    a.load(RDX, RDI, Args.SCALE).load(RBX, RDI, Args.BIAS);
    a.load(R8, RDI, Args.LENGTH).load(R9, RDI, Args.ROWS).emit(Op.SHL_IMM, R8, 2);
    a.emit(Op.VBROADCASTSS, COUNT, Memory.at(RDI, Args.COUNT));
    a.bind(row).emit(Op.VPXOR, MEAN, MEAN, MEAN);
    if (centered) {
      loop.emit(
          R8,
          masked -> {
            loop.load(VALUE, RSI, masked);
            a.emit(Op.VADDPS, MEAN, MEAN, VALUE);
          });
      f.sumLanes(MEAN);
      a.emit(Op.VDIVPS, MEAN, MEAN, COUNT);
    }
    a.emit(Op.VPXOR, INVERSE, INVERSE, INVERSE);
    loop.emit(
        R8,
        masked -> {
          loop.load(VALUE, RSI, masked);
          a.emit(Op.VSUBPS, VALUE, VALUE, MEAN);
          if (masked) {
            a.emit(Op.VANDPS, VALUE, VALUE, MASK);
          }
          a.emit(Op.VFMADD231PS, INVERSE, VALUE, VALUE);
        });
    f.sumLanes(INVERSE);
    a.emit(Op.VDIVPS, INVERSE, INVERSE, COUNT);
    a.emit(Op.VBROADCASTSS, VALUE, Memory.at(RDI, Args.EPSILON));
    a.emit(Op.VADDPS, INVERSE, INVERSE, VALUE).emit(Op.VSQRTPS, INVERSE, INVERSE);
    f.reciprocal(INVERSE);
    loop.emit(R8, masked -> scale(a, loop, masked));
    a.emit(Op.ADD, RSI, R8).emit(Op.ADD, RCX, R8).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, row);
    return a.emit(Op.POP, R12).emit(Op.POP, RBX).emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void scale(Assembler a, FloatLoop loop, boolean masked) {
    loop.load(VALUE, RSI, masked);
    a.emit(Op.VSUBPS, VALUE, VALUE, MEAN).emit(Op.VMULPS, VALUE, VALUE, INVERSE);
    loop.load(OTHER, RDX, masked);
    a.emit(Op.VMULPS, VALUE, VALUE, OTHER);
    if (bias) {
      loop.load(OTHER, RBX, masked);
      a.emit(Op.VADDPS, VALUE, VALUE, OTHER);
    }
    loop.store(RCX, VALUE, masked);
  }
}

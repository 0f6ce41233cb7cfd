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
import dev.pith.kernels.x86.FloatFunctions;
import dev.pith.kernels.x86.FloatLoop;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code around sums of activations that are quantized at run time: the range of a row, its
 * integers (less the zero point, as floats), and results from sums.
 *
 * @param step which of the three
 * @param pieces FINISH: how many sums of integers, held as floats, make up one
 */
record X86DynamicCode(Step step, int pieces) implements GeneratedCode {

  /** What the code does with a row. */
  enum Step {
    /** Smallest and largest of the row and 0 go to Y. */
    RANGE,
    /** y = rne(clamp(x / scale, low, high)). */
    QUANTIZE,
    /** y = min(max(Σ x · scale + bias + residual, low), high), each step rounded. */
    FINISH
  }

  /** Byte offsets of the function's arguments: 64-bit, then F32 times 8. */
  static final class Args {
    static final int X = 0;
    static final int Y = 8;

    /** Floats of the row, at least 1. */
    static final int LENGTH = 16;

    /** Bytes from one piece of the sums to the next. */
    static final int PIECE = 24;

    /** Floats that are added, or zeros; bytes from one vector to the next. */
    static final int RESIDUAL = 32;

    static final int SCALE = 64;
    static final int BIAS = 96;
    static final int LOW = 128;
    static final int HIGH = 160;
    static final int BYTES = 192;

    private Args() {}
  }

  private static final Vec VALUE = new Vec(0, 256);
  private static final Vec MASK = new Vec(1, 256);
  private static final Vec OTHER = new Vec(2, 256);
  private static final Vec LOW = new Vec(3, 256);
  private static final Vec HIGH = new Vec(4, 256);

  @Override
  public String name() {
    return "dynamic_" + step + "_" + pieces;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    FloatFunctions f = new FloatFunctions(a, R11, 5);
    FloatLoop loop = new FloatLoop(a, f, RAX, R10, RDX, MASK);
    f.begin();
    a.load(RSI, RDI, Args.X).load(RCX, RDI, Args.Y).load(R8, RDI, Args.LENGTH);
    a.emit(Op.SHL_IMM, R8, 2);
    if (step == Step.RANGE) {
      range(a, f, loop);
    } else {
      a.emit(Op.VMOVUPS, LOW, Memory.at(RDI, Args.LOW));
      a.emit(Op.VMOVUPS, HIGH, Memory.at(RDI, Args.HIGH));
      loop.emit(R8, masked -> element(a, f, loop, masked));
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private static void range(Assembler a, FloatFunctions f, FloatLoop loop) {
    a.emit(Op.VPXOR, LOW, LOW, LOW).emit(Op.VPXOR, HIGH, HIGH, HIGH);
    loop.emit(
        R8,
        masked -> {
          // What does not compare gives the second operand: numbers that are none do not count.
          loop.load(VALUE, RSI, masked);
          a.emit(Op.VMINPS, LOW, VALUE, LOW).emit(Op.VMAXPS, HIGH, VALUE, HIGH);
        });
    f.extremeLane(LOW, false);
    f.extremeLane(HIGH, true);
    a.emit(Op.VMOVD_STORE, Memory.at(RCX, 0), LOW.as(128));
    a.emit(Op.VMOVD_STORE, Memory.at(RCX, 4), HIGH.as(128));
  }

  private void element(Assembler a, FloatFunctions f, FloatLoop loop, boolean masked) {
    if (step == Step.QUANTIZE) {
      loop.load(VALUE, RSI, masked);
      a.emit(Op.VDIVPS, VALUE, VALUE, Memory.at(RDI, Args.SCALE));
      a.emit(Op.VMAXPS, VALUE, VALUE, LOW).emit(Op.VMINPS, VALUE, VALUE, HIGH);
      a.emit(Op.VROUNDPS, VALUE, VALUE, new Imm(0));
    } else {
      sum(a, loop, masked);
      a.emit(Op.VMULPS, VALUE, VALUE, Memory.at(RDI, Args.SCALE));
      a.emit(Op.VADDPS, VALUE, VALUE, Memory.at(RDI, Args.BIAS));
      Label none = new Label();
      a.load(R9, RDI, Args.RESIDUAL).emit(Op.CMP_IMM, R9, 0).emit(Op.JE, none);
      loop.load(OTHER, R9, masked);
      a.emit(Op.VADDPS, VALUE, VALUE, OTHER).bind(none);
      f.clip(VALUE, LOW, HIGH);
    }
    loop.store(RCX, VALUE, masked);
  }

  /** Each piece is an exact integer; their sum is one too, and rounded once. */
  private void sum(Assembler a, FloatLoop loop, boolean masked) {
    loop.load(VALUE, RSI, masked);
    if (pieces == 1) {
      return;
    }
    a.emit(Op.VCVTPS2DQ, VALUE, VALUE).emit(Op.MOV, R9, RSI);
    for (int piece = 1; piece < pieces; piece++) {
      a.emit(Op.ADD, R9, Memory.at(RDI, Args.PIECE));
      loop.load(OTHER, R9, masked);
      a.emit(Op.VCVTPS2DQ, OTHER, OTHER).emit(Op.VPADDD, VALUE, VALUE, OTHER);
    }
    a.emit(Op.VCVTDQ2PS, VALUE, VALUE);
  }
}

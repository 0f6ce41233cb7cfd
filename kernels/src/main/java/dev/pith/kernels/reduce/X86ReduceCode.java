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
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code that sums rows of floats: eight sums side by side along the row, then these.
 *
 * @param function SUM, MEAN, SUM_SQUARE or L2
 */
record X86ReduceCode(ReduceFunction function) implements GeneratedCode {

  /** Byte offsets of the function's arguments, 64-bit but for the last. */
  static final class Args {
    static final int X = 0;
    static final int Y = 8;

    /** Floats of a row, at least 1. */
    static final int LENGTH = 16;

    /** Rows, at least 1. */
    static final int ROWS = 24;

    /** F32: what means are divided by. */
    static final int COUNT = 32;

    static final int BYTES = 64;

    private Args() {}
  }

  private static final Vec VALUE = new Vec(0, 256);
  private static final Vec MASK = new Vec(1, 256);
  private static final Vec SUM = new Vec(2, 256);

  /** Whether there is code for {@code function}. */
  static boolean has(ReduceFunction function) {
    return switch (function) {
      case SUM, MEAN, SUM_SQUARE, L2 -> true;
      default -> false;
    };
  }

  @Override
  public String name() {
    return "reduce_" + function;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    FloatFunctions f = new FloatFunctions(a, R11, 3);
    FloatLoop loop = new FloatLoop(a, f, RAX, R10, RDX, MASK);
    boolean squares = function == ReduceFunction.SUM_SQUARE || function == ReduceFunction.L2;
    Label row = new Label();
    f.begin();
    a.load(RSI, RDI, Args.X).load(RCX, RDI, Args.Y);
    a.load(R8, RDI, Args.LENGTH).load(R9, RDI, Args.ROWS).emit(Op.SHL_IMM, R8, 2);
    a.bind(row).emit(Op.VPXOR, SUM, SUM, SUM);
    loop.emit(
        R8,
        masked -> {
          loop.load(VALUE, RSI, masked);
          if (squares) {
            a.emit(Op.VFMADD231PS, SUM, VALUE, VALUE);
          } else {
            a.emit(Op.VADDPS, SUM, SUM, VALUE);
          }
        });
    f.sumLanes(SUM);
    if (function == ReduceFunction.MEAN) {
      a.emit(Op.VBROADCASTSS, VALUE, Memory.at(RDI, Args.COUNT));
      a.emit(Op.VDIVPS, SUM, SUM, VALUE);
    } else if (function == ReduceFunction.L2) {
      a.emit(Op.VSQRTPS, SUM, SUM);
    }
    a.emit(Op.VMOVD_STORE, Memory.at(RCX, 0), SUM.as(128));
    a.emit(Op.ADD, RSI, R8).emit(Op.ADD_IMM, RCX, 4).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, row);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }
}

package dev.pith.kernels.quantized;

import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) that requantizes neighbouring sums, each with a bias and scale of its own,
 * eight at a time.
 *
 * @param output U8, I8 or F32
 */
record X86FinishCode(DType output) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int SUMS = 0;
    static final int BIAS = 8;
    static final int SCALE = 16;
    static final int OUT = 24;

    /** Steps of eight, at least 1. */
    static final int STEPS = 32;

    /** F32 times 8: smallest and largest result less the zero point. */
    static final int LOW = 64;

    static final int HIGH = 96;

    /** I32 times 8: zero point. */
    static final int ZERO = 128;

    static final int BYTES = 192;

    private Args() {}
  }

  /** Sums of a step. */
  static final int STEP = 8;

  @Override
  public String name() {
    return "finish_" + output;
  }

  @Override
  public Assembler assemble() {
    Vec sum = new Vec(0, 256);
    Assembler a = new Assembler();
    a.load(RCX, RDI, Args.SUMS).load(RDX, RDI, Args.BIAS).load(RSI, RDI, Args.SCALE);
    a.load(R8, RDI, Args.OUT).load(R9, RDI, Args.STEPS);
    Label loop = new Label();
    a.bind(loop);
    a.emit(Op.VMOVDQU, sum, Memory.at(RCX, 0)).emit(Op.VPADDD, sum, sum, Memory.at(RDX, 0));
    a.emit(Op.VCVTDQ2PS, sum, sum).emit(Op.VMULPS, sum, sum, Memory.at(RSI, 0));
    if (output == DType.F32) {
      a.emit(Op.VMOVUPS_STORE, Memory.at(R8, 0), sum);
    } else {
      a.emit(Op.VMAXPS, sum, sum, Memory.at(RDI, Args.LOW));
      a.emit(Op.VMINPS, sum, sum, Memory.at(RDI, Args.HIGH));
      a.emit(Op.VCVTPS2DQ, sum, sum).emit(Op.VPADDD, sum, sum, Memory.at(RDI, Args.ZERO));
      X86DepthwiseCode.storeBytes(a, output, sum, new Vec(1, 256), Memory.at(R8, 0));
    }
    a.emit(Op.ADD_IMM, RCX, 4 * STEP).emit(Op.ADD_IMM, RDX, 4 * STEP);
    a.emit(Op.ADD_IMM, RSI, 4 * STEP).emit(Op.ADD_IMM, R8, output == DType.F32 ? 4 * STEP : STEP);
    a.emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, loop);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }
}

package dev.pith.kernels.quantized;

import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) for functions of bytes element by element, eight at a time, in exactly the
 * fp32 operations that the problems define.
 *
 * @param kind which function
 * @param type the integer type: of the input of DEQUANTIZE, of the output otherwise
 */
record X86ByteCode(Kind kind, DType type) implements GeneratedCode {

  /** Functions. */
  enum Kind {
    /** {@code y = round((a − za) · ra + (b − zb) · rb)}, of U8. */
    ADD,
    /** {@code y = round(a / ra)}, of F32. */
    QUANTIZE,
    /** {@code y = (a − za) · ra}, to F32. */
    DEQUANTIZE
  }

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int A = 0;
    static final int B = 8;
    static final int Y = 16;

    /** Steps of eight elements, at least 1. */
    static final int STEPS = 24;

    /** I32 times 8 each of za, zb; F32 times 8 each of ra, rb. */
    static final int A_ZERO = 32;

    static final int B_ZERO = 64;
    static final int A_RATIO = 96;
    static final int B_RATIO = 128;

    /** F32 times 8: smallest and largest result less the zero point. */
    static final int LOW = 160;

    static final int HIGH = 192;

    /** I32 times 8: zero point. */
    static final int ZERO = 224;

    static final int BYTES = 256;

    private Args() {}
  }

  /** Elements of a step. */
  static final int STEP = 8;

  private static final Vec A = new Vec(0, 256);
  private static final Vec B = new Vec(1, 256);

  @Override
  public String name() {
    return "byte_" + kind + "_" + type;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RCX, RDI, Args.A).load(RDX, RDI, Args.B).load(R8, RDI, Args.Y);
    a.load(R9, RDI, Args.STEPS);
    Label loop = new Label();
    a.bind(loop);
    switch (kind) {
      case ADD -> {
        real(a, A, RCX, Args.A_ZERO, Args.A_RATIO);
        real(a, B, RDX, Args.B_ZERO, Args.B_RATIO);
        a.emit(Op.VADDPS, A, A, B);
        round(a);
      }
      case QUANTIZE -> {
        a.emit(Op.VMOVUPS, A, Memory.at(RCX, 0));
        a.emit(Op.VDIVPS, A, A, Memory.at(RDI, Args.A_RATIO));
        round(a);
      }
      case DEQUANTIZE -> {
        real(a, A, RCX, Args.A_ZERO, Args.A_RATIO);
        a.emit(Op.VMOVUPS_STORE, Memory.at(R8, 0), A);
      }
    }
    a.emit(Op.ADD_IMM, RCX, kind == Kind.QUANTIZE ? 4 * STEP : STEP).emit(Op.ADD_IMM, RDX, STEP);
    a.emit(Op.ADD_IMM, R8, kind == Kind.DEQUANTIZE ? 4 * STEP : STEP);
    a.emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, loop);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void real(Assembler a, Vec to, Gp from, int zero, int ratio) {
    boolean signed = kind == Kind.DEQUANTIZE && type == DType.I8;
    a.emit(signed ? Op.VPMOVSXBD : Op.VPMOVZXBD, to, Memory.at(from, 0));
    a.emit(Op.VPSUBD, to, to, Memory.at(RDI, zero)).emit(Op.VCVTDQ2PS, to, to);
    a.emit(Op.VMULPS, to, to, Memory.at(RDI, ratio));
  }

  private void round(Assembler a) {
    a.emit(Op.VMAXPS, A, A, Memory.at(RDI, Args.LOW));
    a.emit(Op.VMINPS, A, A, Memory.at(RDI, Args.HIGH));
    a.emit(Op.VCVTPS2DQ, A, A).emit(Op.VPADDD, A, A, Memory.at(RDI, Args.ZERO));
    X86DepthwiseCode.storeBytes(a, type, A, B, Memory.at(R8, 0));
  }
}

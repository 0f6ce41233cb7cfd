package dev.pith.kernels.quantized;

import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) that widens a row of unsigned bytes to 16 bits and takes a zero point from
 * them, sixteen at a time; the last step begins early enough to end with the row.
 */
record X86WidenCode() implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int SOURCE = 0;
    static final int TARGET = 8;

    /** Bytes of the row, a step or more. */
    static final int COUNT = 16;

    /** I16 times 16. */
    static final int ZERO = 32;

    static final int BYTES = 64;

    private Args() {}
  }

  /** Elements of a step. */
  static final int STEP = 16;

  @Override
  public String name() {
    return "widen";
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RSI, RDI, Args.SOURCE).load(RDX, RDI, Args.TARGET).load(RCX, RDI, Args.COUNT);
    Vec zero = new Vec(1, 256);
    a.emit(Op.VMOVDQU, zero, Memory.at(RDI, Args.ZERO));
    Label step = new Label();
    Label end = new Label();
    a.emit(Op.SUB_IMM, RCX, STEP);
    a.bind(step);
    step(a, zero);
    a.emit(Op.ADD_IMM, RSI, STEP).emit(Op.ADD_IMM, RDX, 2L * STEP);
    a.emit(Op.SUB_IMM, RCX, STEP).emit(Op.JGE, step);
    // What is left is less than a step by −RCX elements.
    a.emit(Op.CMP_IMM, RCX, -STEP).emit(Op.JE, end);
    a.emit(Op.ADD, RSI, RCX).emit(Op.ADD, RDX, RCX).emit(Op.ADD, RDX, RCX);
    step(a, zero);
    a.bind(end);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private static void step(Assembler a, Vec zero) {
    Vec words = new Vec(0, 256);
    a.emit(Op.VPMOVZXBW, words, Memory.at(RSI, 0)).emit(Op.VPSUBW, words, words, zero);
    a.emit(Op.VMOVDQU_STORE, Memory.at(RDX, 0), words);
  }
}

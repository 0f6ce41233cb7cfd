package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.stream.IntStream;

/**
 * Machine code (AVX2) for bytes one by one, 32 in a step: what {@link X86QuadSumSteps} computes.
 *
 * @param two whether there is a second operand
 * @param saturates whether all sums fit 32 bits ({@link X86QuadSumSteps})
 */
record X86QuadSumCode(boolean two, boolean saturates) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int A = 0;
    static final int B = 8;
    static final int Y = 16;

    /** Steps of 32 bytes, at least 1. */
    static final int STEPS = 24;

    /** Constants of {@link QuadSum}. */
    static final int SUM = 64;

    static final int BYTES = SUM + X86QuadSumSteps.BYTES;

    private Args() {}
  }

  /** Bytes of a step. */
  static final int STEP = 32;

  @Override
  public String name() {
    return "quad_sum_" + two + (saturates ? "" : "_wide");
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RCX, RDI, Args.A).load(RDX, RDI, Args.B).load(R8, RDI, Args.Y);
    a.load(R9, RDI, Args.STEPS).zero(RAX);
    X86QuadSumSteps steps =
        new X86QuadSumSteps(256, IntStream.range(1, 16).boxed().toList(), Args.SUM, saturates);
    steps.begin(a);
    Vec bytes = new Vec(0, 256);
    Label step = new Label();
    a.bind(step).emit(Op.VMOVDQU, bytes, Memory.at(RCX, RAX, 0));
    steps.sum(a, bytes, two ? Memory.at(RDX, RAX, 0) : null);
    a.emit(Op.VMOVDQU_STORE, Memory.at(R8, RAX, 0), bytes);
    a.emit(Op.ADD_IMM, RAX, STEP).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, step);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }
}

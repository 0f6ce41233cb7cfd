package dev.pith.kernels.quantized;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R13;
import static dev.pith.kernels.x86.Operand.Gp.R14;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import dev.pith.kernels.x86.X86Isa;
import java.util.List;

/**
 * Machine code that interleaves rows of bytes of four channels to quads: what a tile of pixels
 * reads. Rows are worked on in steps of {@code step} pixels; the last step of a row begins early
 * enough to end with it, so that nothing is read or written outside the rows.
 *
 * @param isa decides whether a quad is four bytes, or four 16-bit integers less the zero point
 * @param step pixels of a step: 16, 8 or 4; rows must have as many
 */
public record X86QuadCode(X86Isa isa, int step) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  public static final class Args {
    /** Addresses of the four channels. */
    public static final int CHANNELS = 0;

    public static final int TARGET = 32;

    /** For each row I32 byte offset from the channels' addresses, I32 byte offset in the target. */
    public static final int TABLE = 40;

    public static final int ROWS = 48;

    /** Pixels of a row. */
    public static final int COUNT = 56;

    /** Zero point, I16 times 16. */
    public static final int ZERO = 64;

    public static final int BYTES = 96;

    private Args() {}
  }

  private static final List<Gp> CHANNELS = List.of(RAX, RCX, RDX, RBX);
  private static final List<Gp> SAVED = List.of(RBX, R12, R13, R14);

  private static Vec xmm(int number) {
    return new Vec(number, 128);
  }

  @Override
  public String name() {
    return "quad_" + isa + "_" + step;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    for (int i = 0; i < 4; i++) {
      a.load(CHANNELS.get(i), RDI, Args.CHANNELS + 8 * i);
    }
    a.load(R8, RDI, Args.TARGET).load(RSI, RDI, Args.TABLE).load(R9, RDI, Args.ROWS);
    a.load(R10, RDI, Args.COUNT).emit(Op.SUB_IMM, R10, step);
    Label row = new Label();
    Label loop = new Label();
    Label last = new Label();
    Label next = new Label();
    a.bind(row);
    a.emit(Op.MOVSXD, R11, Memory.at(RSI, 0)).emit(Op.MOVSXD, R12, Memory.at(RSI, 4));
    a.emit(Op.ADD, R12, R8).zero(R13);
    a.bind(loop);
    step(a);
    a.emit(Op.ADD_IMM, R13, step).emit(Op.CMP, R13, R10).emit(Op.JL, loop);
    // One more, which ends with the row, unless the row is done.
    a.emit(Op.LEA, R14, Memory.at(R10, step)).emit(Op.CMP, R13, R14).emit(Op.JGE, next);
    a.bind(last).emit(Op.MOV, R13, R10);
    step(a);
    a.bind(next);
    a.emit(Op.ADD_IMM, RSI, 8).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, row);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Pixels r13 to r13 + step of a row. */
  private void step(Assembler a) {
    Op load = step == 16 ? Op.VMOVDQU : step == 8 ? Op.VMOVQ : Op.VMOVD;
    a.emit(Op.LEA, R14, Memory.at(R11, R13, 0));
    for (int i = 0; i < 4; i++) {
      a.emit(load, xmm(i), Memory.at(CHANNELS.get(i), R14, 0));
    }
    for (int half = 0; half < (step == 16 ? 2 : 1); half++) {
      Op bytes = half == 0 ? Op.VPUNPCKLBW : Op.VPUNPCKHBW;
      a.emit(bytes, xmm(4), xmm(0), xmm(1)).emit(bytes, xmm(5), xmm(2), xmm(3));
      a.emit(Op.VPUNPCKLWD, xmm(6), xmm(4), xmm(5));
      store(a, xmm(6), 8 * half);
      if (step > 4) {
        a.emit(Op.VPUNPCKHWD, xmm(7), xmm(4), xmm(5));
        store(a, xmm(7), 8 * half + 4);
      }
    }
  }

  /** Stores four pixels' quads. */
  private void store(Assembler a, Vec quads, int pixel) {
    Memory to = new Memory(R12, R13, isa.quadBytes(), pixel * isa.quadBytes());
    if (isa.elementBytes() == 1) {
      a.emit(Op.VMOVDQU_STORE, to, quads);
    } else {
      a.emit(Op.VPMOVZXBW, quads.as(256), quads);
      a.emit(Op.VPSUBW, quads.as(256), quads.as(256), Memory.at(RDI, Args.ZERO));
      a.emit(Op.VMOVDQU_STORE, to, quads.as(256));
    }
  }
}

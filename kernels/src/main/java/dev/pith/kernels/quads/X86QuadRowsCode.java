package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
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
import java.util.List;

/**
 * Machine code (AVX2) that takes the cells of one plane of quads apart, to rows of bytes of four
 * channels, eight cells at a time; the last step of a row begins early enough to end with it.
 */
record X86QuadRowsCode() implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    /** Addresses of the four channels. */
    static final int CHANNELS = 0;

    static final int SOURCE = 32;

    /** Bytes from one row of the source to the next. */
    static final int SOURCE_STRIDE = 40;

    static final int ROWS = 48;

    /** Cells of a row, 8 or more; rows of the channels follow each other. */
    static final int COUNT = 56;

    /** What gathers the bytes of each channel in each half. */
    static final int GATHER = 64;

    /** I32 times 8: {@link X86QuadRowsCode#ORDER}. */
    static final int ORDER = 96;

    static final int BYTES = 128;

    private Args() {}
  }

  /** What {@link Args#ORDER} holds: dwords of both halves in turn. */
  static final int[] ORDER = {0, 4, 1, 5, 2, 6, 3, 7};

  /** Cells of a step. */
  static final int STEP = 8;

  private static final List<Gp> CHANNELS = List.of(RAX, RCX, RDX, R11);

  private static Vec vec(int number, int bits) {
    return new Vec(number, bits);
  }

  @Override
  public String name() {
    return "quad_rows";
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.emit(Op.PUSH, R12);
    for (int i = 0; i < 4; i++) {
      a.load(CHANNELS.get(i), RDI, Args.CHANNELS + 8 * i);
    }
    a.load(RSI, RDI, Args.SOURCE).load(R8, RDI, Args.ROWS).load(R10, RDI, Args.COUNT);
    a.emit(Op.SUB_IMM, R10, STEP);
    a.emit(Op.VMOVDQU, vec(4, 256), Memory.at(RDI, Args.GATHER));
    a.emit(Op.VMOVDQU, vec(5, 256), Memory.at(RDI, Args.ORDER));
    Label row = new Label();
    Label loop = new Label();
    Label next = new Label();
    a.bind(row).zero(R9);
    a.bind(loop);
    step(a);
    a.emit(Op.ADD_IMM, R9, STEP).emit(Op.CMP, R9, R10).emit(Op.JL, loop);
    // One more, which ends with the row, unless the row is done.
    a.emit(Op.LEA, R12, Memory.at(R10, STEP)).emit(Op.CMP, R9, R12).emit(Op.JGE, next);
    a.emit(Op.MOV, R9, R10);
    step(a);
    a.bind(next);
    for (Gp channel : CHANNELS) {
      a.emit(Op.ADD, channel, Memory.at(RDI, Args.COUNT));
    }
    a.emit(Op.ADD, RSI, Memory.at(RDI, Args.SOURCE_STRIDE));
    a.emit(Op.SUB_IMM, R8, 1).emit(Op.JNE, row);
    return a.emit(Op.POP, R12).emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Eight cells from place r9 of the row. */
  private static void step(Assembler a) {
    Vec cells = vec(0, 256);
    a.emit(Op.VMOVDQU, cells, new Memory(RSI, R9, QuadGrid.CELL, 0));
    a.emit(Op.VPSHUFB, cells, cells, vec(4, 256)).emit(Op.VPERMD, cells, vec(5, 256), cells);
    a.emit(Op.VEXTRACTI128, vec(1, 128), cells, new dev.pith.kernels.x86.Operand.Imm(1));
    for (int channel = 0; channel < 4; channel++) {
      Vec from = vec(channel / 2, 128);
      if (channel % 2 == 1) {
        a.emit(Op.VPUNPCKHQDQ, from, from, from);
      }
      a.emit(Op.VMOVQ_STORE, Memory.at(CHANNELS.get(channel), R9, 0), from);
    }
  }
}

package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R13;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.ArgumentImage;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;

/**
 * Machine code (AVX2) that takes the cells of neighbouring planes of quads apart, to rows of bytes
 * of four channels, eight or four cells at a time; the last step of a row begins early enough to
 * end with it.
 *
 * @param step cells of a step: 8, or 4 for rows that are shorter
 */
record X86QuadRowsCode(int step) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    /** Addresses of the first plane's four channels. */
    static final int CHANNELS = 0;

    static final int SOURCE = 32;

    /** Bytes from one row of the source to the next. */
    static final int SOURCE_STRIDE = 40;

    /** Rows of a plane. */
    static final int ROWS = 48;

    /** Cells of a row, a step or more; rows of the channels follow each other. */
    static final int COUNT = 56;

    /** Planes, at least 1. */
    static final int PLANES = 64;

    /** Bytes from the end of a plane's last row of the source, as strides go, to the next plane. */
    static final int SOURCE_SKIP = 72;

    /** Bytes from the end of a channel to the same of the next plane: three channels. */
    static final int CHANNEL_SKIP = 80;

    /** What gathers the bytes of each channel in each half. */
    static final int GATHER = 96;

    /** I32 times 8: {@link X86QuadRowsCode#ORDER}. */
    static final int ORDER = 128;

    static final int BYTES = 160;

    private Args() {}
  }

  /** What {@link Args#ORDER} holds: dwords of both halves in turn. */
  private static final int[] ORDER = {0, 4, 1, 5, 2, 6, 3, 7};

  private static final byte[] GATHER = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};

  private static final List<Gp> CHANNELS = List.of(RAX, RCX, RDX, R11);

  private static Vec vec(int number, int bits) {
    return new Vec(number, bits);
  }

  /** Cells of a step for rows of {@code cells}; 0 where they are too short for any. */
  static int step(int cells) {
    return cells >= 8 ? 8 : cells >= 4 ? 4 : 0;
  }

  /** Adds what steps read. */
  static void write(ArgumentImage image) {
    image.put(Args.GATHER, GATHER).put(Args.GATHER + GATHER.length, GATHER);
    for (int i = 0; i < ORDER.length; i++) {
      image.i32(Args.ORDER + 4 * i, 4, ORDER[i]);
    }
  }

  @Override
  public String name() {
    return "quad_rows_" + step;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.emit(Op.PUSH, R12).emit(Op.PUSH, R13);
    for (int i = 0; i < 4; i++) {
      a.load(CHANNELS.get(i), RDI, Args.CHANNELS + 8 * i);
    }
    a.load(RSI, RDI, Args.SOURCE).load(R13, RDI, Args.PLANES).load(R10, RDI, Args.COUNT);
    a.emit(Op.SUB_IMM, R10, step);
    a.emit(Op.VMOVDQU, vec(4, 256), Memory.at(RDI, Args.GATHER));
    a.emit(Op.VMOVDQU, vec(5, 256), Memory.at(RDI, Args.ORDER));
    Label plane = new Label();
    Label row = new Label();
    Label loop = new Label();
    Label next = new Label();
    a.bind(plane).load(R8, RDI, Args.ROWS);
    a.bind(row).zero(R9);
    a.bind(loop);
    step(a);
    a.emit(Op.ADD_IMM, R9, step).emit(Op.CMP, R9, R10).emit(Op.JL, loop);
    // One more, which ends with the row, unless the row is done.
    a.emit(Op.LEA, R12, Memory.at(R10, step)).emit(Op.CMP, R9, R12).emit(Op.JGE, next);
    a.emit(Op.MOV, R9, R10);
    step(a);
    a.bind(next);
    for (Gp channel : CHANNELS) {
      a.emit(Op.ADD, channel, Memory.at(RDI, Args.COUNT));
    }
    a.emit(Op.ADD, RSI, Memory.at(RDI, Args.SOURCE_STRIDE));
    a.emit(Op.SUB_IMM, R8, 1).emit(Op.JNE, row);
    for (Gp channel : CHANNELS) {
      a.emit(Op.ADD, channel, Memory.at(RDI, Args.CHANNEL_SKIP));
    }
    a.emit(Op.ADD, RSI, Memory.at(RDI, Args.SOURCE_SKIP));
    a.emit(Op.SUB_IMM, R13, 1).emit(Op.JNE, plane);
    return a.emit(Op.POP, R13).emit(Op.POP, R12).emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** The cells of a step from place r9 of the row. */
  private void step(Assembler a) {
    Memory source = new Memory(RSI, R9, QuadGrid.CELL, 0);
    if (step == 4) {
      Vec cells = vec(0, 128);
      a.emit(Op.VMOVDQU, cells, source).emit(Op.VPSHUFB, cells, cells, vec(4, 128));
      for (int channel = 0; channel < 4; channel++) {
        Memory to = new Memory(CHANNELS.get(channel), R9, 1, 0);
        a.emit(Op.VPEXTRD, to, cells, new Imm(channel));
      }
      return;
    }
    Vec cells = vec(0, 256);
    a.emit(Op.VMOVDQU, cells, source);
    a.emit(Op.VPSHUFB, cells, cells, vec(4, 256)).emit(Op.VPERMD, cells, vec(5, 256), cells);
    a.emit(Op.VEXTRACTI128, vec(1, 128), cells, new Imm(1));
    for (int channel = 0; channel < 4; channel++) {
      Vec from = vec(channel / 2, 128);
      if (channel % 2 == 1) {
        a.emit(Op.VPUNPCKHQDQ, from, from, from);
      }
      a.emit(Op.VMOVQ_STORE, Memory.at(CHANNELS.get(channel), R9, 0), from);
    }
  }
}

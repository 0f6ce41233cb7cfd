package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.R10;
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
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code (AVX2) that fills the borders of neighbouring planes of quads: what is above the
 * first pixel, what is between the rows, what is behind the last pixel.
 *
 * @param border cells on each side, at least 1
 */
record X86QuadBorderCode(int border) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    /** Where the first plane begins. */
    static final int PLANE = 0;

    /** Planes, at least 1. */
    static final int PLANES = 8;

    /** Bytes above a plane's first pixel, a multiple of 4. */
    static final int ABOVE = 16;

    /** Bytes of the pixels of a row. */
    static final int ROW = 24;

    /** Bytes from one row to the next. */
    static final int PITCH = 32;

    /** Rows but for the last. */
    static final int ROWS = 40;

    /** Bytes behind a plane's last pixel, a multiple of 4. */
    static final int BEHIND = 48;

    /** 32 bytes of padding. */
    static final int PADDING = 64;

    static final int BYTES = 96;

    private Args() {}
  }

  private static final Vec PADDING = new Vec(0, 256);

  @Override
  public String name() {
    return "quad_border_" + border;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(RAX, RDI, Args.PLANE).load(RSI, RDI, Args.PLANES).load(R9, RDI, Args.PADDING);
    a.load(R10, RDI, Args.PITCH).emit(Op.VMOVDQU, PADDING, Memory.at(RDI, Args.PADDING));
    Label plane = new Label();
    Label row = new Label();
    Label last = new Label();
    a.bind(plane);
    a.load(RCX, RDI, Args.ABOVE);
    fill(a);
    a.emit(Op.ADD, RAX, Memory.at(RDI, Args.ROW));
    a.load(RDX, RDI, Args.ROWS);
    a.emit(Op.CMP_IMM, RDX, 0).emit(Op.JE, last);
    a.bind(row);
    for (int i = 0; i < border; i++) {
      a.emit(Op.MOV32_STORE, Memory.at(RAX, i * QuadGrid.CELL), R9);
    }
    a.emit(Op.ADD, RAX, R10).emit(Op.SUB_IMM, RDX, 1).emit(Op.JNE, row);
    a.bind(last);
    a.load(RCX, RDI, Args.BEHIND);
    fill(a);
    // What is behind the last pixel ends where the next plane begins.
    a.emit(Op.SUB_IMM, RSI, 1).emit(Op.JNE, plane);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Fills the RCX bytes at RAX, which then is behind them. */
  private static void fill(Assembler a) {
    Label vectors = new Label();
    Label rest = new Label();
    Label cells = new Label();
    Label end = new Label();
    a.emit(Op.SUB_IMM, RCX, 32).emit(Op.JL, rest);
    a.bind(vectors);
    a.emit(Op.VMOVDQU_STORE, Memory.at(RAX, 0), PADDING).emit(Op.ADD_IMM, RAX, 32);
    a.emit(Op.SUB_IMM, RCX, 32).emit(Op.JGE, vectors);
    a.bind(rest);
    a.emit(Op.LEA, R8, Memory.at(RCX, 32)).emit(Op.CMP_IMM, R8, 0).emit(Op.JE, end);
    a.bind(cells);
    a.emit(Op.MOV32_STORE, Memory.at(RAX, 0), R9).emit(Op.ADD_IMM, RAX, QuadGrid.CELL);
    a.emit(Op.SUB_IMM, R8, QuadGrid.CELL).emit(Op.JNE, cells);
    a.bind(end);
  }
}

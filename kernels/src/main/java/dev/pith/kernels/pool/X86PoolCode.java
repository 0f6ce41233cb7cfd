package dev.pith.kernels.pool;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R13;
import static dev.pith.kernels.x86.Operand.Gp.R14;
import static dev.pith.kernels.x86.Operand.Gp.R15;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RBP;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.FloatFunctions;
import dev.pith.kernels.x86.FloatLoop;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;

/**
 * Machine code that pools planes of floats: for each output row the input rows of its windows are
 * combined into one line, then the cells along the line.
 *
 * @param isMax whether windows keep their largest element; otherwise their average
 * @param kernel cells of a window along a row, 1 to {@link #MOST_CELLS}
 * @param stride elements from one window to the next, 1 or 2
 * @param dilation elements from one cell to the next
 */
record X86PoolCode(boolean isMax, int kernel, int stride, int dilation) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int X = 0;

    /** Bytes from one plane of x to the next. */
    static final int X_PLANE = 8;

    static final int Y = 16;
    static final int PLANES = 24;

    /** For each output row: I32 byte offset of its first input row, I32 rows, F32 rows counted. */
    static final int TABLE = 32;

    static final int OUTPUT_ROWS = 40;

    /** Bytes from one row of a window to the next. */
    static final int ROW_STEP = 48;

    /** Bytes of an input row. */
    static final int WIDTH = 56;

    /** Bytes of an output row. */
    static final int OUTPUT_WIDTH = 64;

    /** Where the line begins: filled with what the padding counts as. */
    static final int LINE = 72;

    /** Where input rows go in the line. */
    static final int INSIDE = 80;

    /** F32 for each output of a row: cells that count; averages only. */
    static final int COUNTS = 88;

    static final int BYTES = 128;

    private Args() {}
  }

  /** Cells along a row are unrolled. */
  static final int MOST_CELLS = 16;

  private static final List<Gp> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);
  private static final Vec BEST = new Vec(0, 256);
  private static final Vec CELL = new Vec(1, 256);
  private static final Vec MASK = new Vec(2, 256);
  private static final Vec COUNTED = new Vec(3, 256);

  /** What padding counts as. */
  float neutral() {
    return isMax ? Float.NEGATIVE_INFINITY : 0;
  }

  @Override
  public String name() {
    return "pool_" + isMax + "_" + kernel + "_" + stride + "_" + dilation;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    FloatFunctions f = new FloatFunctions(a, R11, 4);
    FloatLoop loop = new FloatLoop(a, f, RAX, R10, RDX, MASK);
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    f.begin();
    a.load(RBX, RDI, Args.X).load(RCX, RDI, Args.Y);
    Label plane = new Label();
    Label row = new Label();
    a.bind(plane).load(R8, RDI, Args.TABLE).load(R9, RDI, Args.OUTPUT_ROWS);
    a.bind(row);
    a.emit(Op.MOVSXD, RSI, Memory.at(R8, 0)).emit(Op.ADD, RSI, RBX);
    a.load(R12, RDI, Args.INSIDE).load(R13, RDI, Args.WIDTH);
    loop.emit(R13, masked -> combine(a, f, loop, masked));
    a.load(R12, RDI, Args.LINE).load(R13, RDI, Args.OUTPUT_WIDTH).load(R14, RDI, Args.COUNTS);
    a.emit(Op.VBROADCASTSS, COUNTED, Memory.at(R8, 8));
    loop.emit(R13, masked -> store(a, f, loop, masked));
    a.emit(Op.ADD, RCX, R13).emit(Op.ADD_IMM, R8, 12);
    a.emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, row);
    a.emit(Op.ADD, RBX, Memory.at(RDI, Args.X_PLANE));
    a.load(RDX, RDI, Args.PLANES).emit(Op.SUB_IMM, RDX, 1);
    a.emit(Op.MOV_STORE, Memory.at(RDI, Args.PLANES), RDX).emit(Op.JNE, plane);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void add(Assembler a, FloatFunctions f) {
    if (isMax) {
      f.larger(BEST, CELL);
    } else {
      a.emit(Op.VADDPS, BEST, BEST, CELL);
    }
  }

  /** Eight elements of the rows of a window. */
  private void combine(Assembler a, FloatFunctions f, FloatLoop loop, boolean masked) {
    Label next = new Label();
    Label end = new Label();
    a.emit(Op.VMOVUPS, BEST, f.constant(neutral()));
    a.emit(Op.MOV, R15, RSI).emit(Op.MOVSXD, RBP, Memory.at(R8, 4));
    a.emit(Op.CMP_IMM, RBP, 0).emit(Op.JE, end).bind(next);
    loop.load(CELL, R15, masked);
    add(a, f);
    a.emit(Op.ADD, R15, Memory.at(RDI, Args.ROW_STEP));
    a.emit(Op.SUB_IMM, RBP, 1).emit(Op.JNE, next).bind(end);
    loop.store(R12, BEST, masked);
  }

  /** Eight outputs from the line. */
  private void store(Assembler a, FloatFunctions f, FloatLoop loop, boolean masked) {
    for (int cell = 0; cell < kernel; cell++) {
      Vec to = cell == 0 ? BEST : CELL;
      int at = 4 * cell * dilation;
      a.emit(Op.VMOVUPS, to, new Memory(R12, RAX, stride, at));
      if (stride == 2) {
        // In each half the even elements of both vectors; put in order at the end.
        a.emit(Op.VSHUFPS, to, to, new Memory(R12, RAX, stride, at + 32), new Imm(0x88));
      }
      if (cell > 0) {
        add(a, f);
      }
    }
    if (stride == 2) {
      a.emit(Op.VPERMQ, BEST, BEST, new Imm(0xD8));
    }
    if (!isMax) {
      loop.load(CELL, R14, masked);
      a.emit(Op.VMULPS, CELL, CELL, COUNTED).emit(Op.VMAXPS, CELL, CELL, f.constant(1));
      a.emit(Op.VDIVPS, BEST, BEST, CELL);
    }
    loop.store(RCX, BEST, masked);
  }
}

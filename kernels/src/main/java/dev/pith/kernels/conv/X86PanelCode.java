package dev.pith.kernels.conv;

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
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;

/**
 * Machine code that copies what some taps of some channels read into panels for a matrix product:
 * one row for each tap and channel, channels within a tap, and in each row the elements of
 * neighbouring outputs. {@link X86PanelRows} says where they come from: eight outputs are one load
 * where their elements are neighbours too, otherwise one masked load for each run of neighbours.
 *
 * @param vectors vectors of eight outputs that are copied at once, so that a line of a channel is
 *     touched once: 1 or 2
 * @param runs runs of a vector that records have room for; at most {@link #MOST_RUNS} of all
 *     vectors
 */
record X86PanelCode(int vectors, int runs) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    /** The first channel's plane. */
    static final int X = 0;

    /** Bytes from one channel to the next. */
    static final int X_PLANE = 8;

    /** I32 for each tap: byte offset of what it reads. */
    static final int TAPS = 16;

    static final int TAP_COUNT = 24;
    static final int CHANNELS = 32;
    static final int PANEL = 40;

    /** Bytes of a panel's row. */
    static final int PANEL_ROW = 48;

    /** Records of {@link X86PanelRows}. */
    static final int RECORDS = 56;

    static final int RECORD_COUNT = 64;
    static final int BYTES = 128;

    private Args() {}
  }

  /** Bytes of a record before its runs: I32 whether there are any, target, sources if not. */
  static final int HEAD = 16;

  /** Bytes of a run: its mask, then I32 source. */
  static final int RUN = 48;

  /** Where a run has its source. */
  static final int SOURCE_AT = 32;

  private static final List<Gp> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);
  private static final Vec OTHER = new Vec(2, 256);

  /** Where runs behind the first lie, from the first. */
  private static final List<Gp> DISTANCES = List.of(R10, R15, R8);

  /** Runs of all vectors of a record at most. */
  static final int MOST_RUNS = 4;

  private static Vec value(int vector) {
    return new Vec(vector, 256);
  }

  private static Vec mask(int run) {
    return new Vec(3 + run, 256);
  }

  /** What run {@code run} reads, of all runs of all vectors. */
  private static Memory element(int run) {
    return run == 0 ? Memory.at(R14, 0) : Memory.at(R14, DISTANCES.get(run - 1), 0);
  }

  @Override
  public String name() {
    return "panel_" + vectors + "_" + runs;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    a.load(RSI, RDI, Args.RECORDS).load(RBP, RDI, Args.RECORD_COUNT);
    a.load(R12, RDI, Args.X_PLANE).load(R13, RDI, Args.PANEL_ROW);
    Label vector = new Label();
    Label runs = new Label();
    Label next = new Label();
    a.bind(vector).emit(Op.MOVSXD, R8, Memory.at(RSI, 0));
    a.emit(Op.CMP_IMM, R8, 0).emit(Op.JNE, runs);
    sources(a, vectors, 8, 4);
    taps(
        a,
        () -> {
          for (int v = 0; v < vectors; v++) {
            a.emit(Op.VMOVUPS, value(v), element(v));
          }
        });
    a.emit(Op.ADD_IMM, RSI, HEAD).emit(Op.JMP, next).bind(runs);
    masked(a);
    a.bind(next).emit(Op.SUB_IMM, RBP, 1).emit(Op.JNE, vector);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Loads the sources of {@code count} runs: the first in r9, others as distances from it. */
  private static void sources(Assembler a, int count, int at, int step) {
    a.emit(Op.MOVSXD, R9, Memory.at(RSI, at)).emit(Op.ADD, R9, Memory.at(RDI, Args.X));
    for (int run = 1; run < count; run++) {
      Gp distance = DISTANCES.get(run - 1);
      a.emit(Op.MOVSXD, distance, Memory.at(RSI, at + run * step));
      a.emit(Op.ADD, distance, Memory.at(RDI, Args.X)).emit(Op.SUB, distance, R9);
    }
  }

  private void masked(Assembler a) {
    int all = vectors * runs;
    for (int run = 0; run < all; run++) {
      a.emit(Op.VMOVUPS, mask(run), Memory.at(RSI, HEAD + run * RUN));
    }
    sources(a, all, HEAD + SOURCE_AT, RUN);
    taps(
        a,
        () -> {
          for (int run = 0; run < all; run++) {
            Vec value = value(run / runs);
            Vec to = run % runs == 0 ? value : OTHER;
            a.emit(Op.VMASKMOVPS, to, mask(run), element(run));
            if (run % runs != 0) {
              a.emit(Op.VORPS, value, value, OTHER);
            }
          }
        });
    a.emit(Op.ADD_IMM, RSI, HEAD + (long) all * RUN);
  }

  /** Copies what {@code load} loads for every tap and channel. */
  private void taps(Assembler a, Runnable load) {
    Label tap = new Label();
    Label channel = new Label();
    a.emit(Op.MOVSXD, RDX, Memory.at(RSI, 4)).emit(Op.ADD, RDX, Memory.at(RDI, Args.PANEL));
    a.load(RBX, RDI, Args.TAPS).load(RCX, RDI, Args.TAP_COUNT).bind(tap);
    a.emit(Op.MOVSXD, RAX, Memory.at(RBX, 0));
    a.emit(Op.LEA, R14, Memory.at(R9, RAX, 0));
    a.load(R11, RDI, Args.CHANNELS).bind(channel);
    load.run();
    for (int v = 0; v < vectors; v++) {
      a.emit(Op.VMOVUPS_STORE, Memory.at(RDX, 32 * v), value(v));
    }
    a.emit(Op.ADD, R14, R12).emit(Op.ADD, RDX, R13);
    a.emit(Op.SUB_IMM, R11, 1).emit(Op.JNE, channel);
    a.emit(Op.ADD_IMM, RBX, 4).emit(Op.SUB_IMM, RCX, 1).emit(Op.JNE, tap);
  }
}

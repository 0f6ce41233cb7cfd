package dev.pith.kernels.conv;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.Activation;
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
 * Machine code for convolutions of single channels, read where they are: y = activation(bias + Σ w
 * · x), each sum fused and tap by tap. Eight outputs at a time ({@link DepthwiseUnits}): where all
 * that they read is in the image a tap is one product with memory, elsewhere a masked load comes
 * first, whose zeros are the padding.
 *
 * @param taps byte offset of what each tap reads, from the first tap's place
 * @param stride elements from one output's to the next one's: 1 or 2
 * @param isPartial whether stores are masked too
 * @param activation NONE, RELU or CLIP
 */
record X86DepthwiseCode(
    List<Integer> taps, int stride, boolean isPartial, Activation.Kind activation)
    implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int X = 0;

    /** Bytes from one channel of x to the next. */
    static final int X_PLANE = 8;

    static final int Y = 16;
    static final int Y_PLANE = 24;

    /** Channels, at least 1. */
    static final int PLANES = 32;

    /** F32 for each tap of the first channel; other channels follow. */
    static final int WEIGHTS = 40;

    /** F32 for the first channel. */
    static final int BIAS = 48;

    /** Bytes from one channel's bias to the next one's. */
    static final int BIAS_STEP = 56;

    static final int WHOLE = 64;
    static final int WHOLE_COUNT = 72;
    static final int MASKED = 80;
    static final int MASKED_COUNT = 88;

    /** F32 lower bound. */
    static final int ALPHA = 96;

    /** F32 upper bound. */
    static final int BETA = 100;

    static final int BYTES = 128;

    private Args() {}
  }

  /** Bytes of a unit before its masks: I32 source, I32 target. */
  static final int HEAD = 16;

  /** Bytes of a mask. */
  static final int MASK_BYTES = 32;

  /** Weights of so many taps stay in registers. */
  private static final int KEPT = 9;

  private static final List<Gp> SAVED = List.of(RBX, R12);
  private static final Vec SUM = new Vec(9, 256);
  private static final Vec VALUE = new Vec(10, 256);
  private static final Vec MASK = new Vec(11, 256);
  private static final Vec ALPHA = new Vec(12, 256);
  private static final Vec BETA = new Vec(13, 256);
  private static final Vec BIAS = new Vec(14, 256);
  private static final Vec NEXT = new Vec(15, 256);

  private boolean isKept() {
    return taps.size() <= KEPT;
  }

  /** Loads of a tap: with stride 2 sixteen elements make eight. */
  private int loads() {
    return stride;
  }

  /** Bytes of a unit with masks. */
  int maskedBytes() {
    return HEAD + MASK_BYTES * (loads() * taps.size() + (isPartial ? 1 : 0));
  }

  @Override
  public String name() {
    return "depthwise_" + taps + "_" + stride + "_" + isPartial + "_" + activation;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    a.load(RBX, RDI, Args.X).load(R8, RDI, Args.Y).load(R9, RDI, Args.PLANES);
    a.load(R10, RDI, Args.WEIGHTS).load(R11, RDI, Args.BIAS);
    a.emit(Op.VBROADCASTSS, ALPHA, Memory.at(RDI, Args.ALPHA));
    a.emit(Op.VBROADCASTSS, BETA, Memory.at(RDI, Args.BETA));
    Label plane = new Label();
    a.bind(plane).emit(Op.VBROADCASTSS, BIAS, Memory.at(R11, 0));
    for (int tap = 0; tap < taps.size() && isKept(); tap++) {
      a.emit(Op.VBROADCASTSS, new Vec(tap, 256), Memory.at(R10, 4 * tap));
    }
    units(a, Args.WHOLE, Args.WHOLE_COUNT, false);
    units(a, Args.MASKED, Args.MASKED_COUNT, true);
    a.emit(Op.ADD, RBX, Memory.at(RDI, Args.X_PLANE));
    a.emit(Op.ADD, R8, Memory.at(RDI, Args.Y_PLANE));
    a.emit(Op.ADD, R11, Memory.at(RDI, Args.BIAS_STEP));
    a.emit(Op.ADD_IMM, R10, 4L * taps.size()).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, plane);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void units(Assembler a, int records, int count, boolean masked) {
    Label unit = new Label();
    Label done = new Label();
    a.load(RSI, RDI, records).load(R12, RDI, count);
    a.emit(Op.CMP_IMM, R12, 0).emit(Op.JE, done).bind(unit);
    a.emit(Op.MOVSXD, RAX, Memory.at(RSI, 0)).emit(Op.ADD, RAX, RBX);
    a.emit(Op.MOVSXD, RCX, Memory.at(RSI, 4)).emit(Op.ADD, RCX, R8);
    a.emit(Op.VMOVUPS, SUM, BIAS);
    for (int tap = 0; tap < taps.size(); tap++) {
      Vec weight = new Vec(isKept() ? tap : 0, 256);
      if (!isKept()) {
        a.emit(Op.VBROADCASTSS, weight, Memory.at(R10, 4 * tap));
      }
      if (stride == 1 && !masked) {
        a.emit(Op.VFMADD231PS, SUM, weight, Memory.at(RAX, taps.get(tap)));
      } else {
        load(a, tap, masked);
        a.emit(Op.VFMADD231PS, SUM, weight, VALUE);
      }
    }
    store(a, masked);
    a.emit(Op.ADD_IMM, RSI, masked ? maskedBytes() : HEAD);
    a.emit(Op.SUB_IMM, R12, 1).emit(Op.JNE, unit).bind(done);
  }

  /** What eight outputs read for a tap. */
  private void load(Assembler a, int tap, boolean masked) {
    Memory first = Memory.at(RAX, taps.get(tap));
    Memory second = Memory.at(RAX, taps.get(tap) + 32);
    if (!masked) {
      a.emit(Op.VMOVUPS, VALUE, first).emit(Op.VSHUFPS, VALUE, VALUE, second, new Imm(0x88));
      return;
    }
    int mask = HEAD + MASK_BYTES * loads() * tap;
    a.emit(Op.VMOVUPS, MASK, Memory.at(RSI, mask)).emit(Op.VMASKMOVPS, VALUE, MASK, first);
    if (stride == 2) {
      a.emit(Op.VMOVUPS, MASK, Memory.at(RSI, mask + MASK_BYTES));
      a.emit(Op.VMASKMOVPS, NEXT, MASK, second);
      a.emit(Op.VSHUFPS, VALUE, VALUE, NEXT, new Imm(0x88));
    }
  }

  private void store(Assembler a, boolean masked) {
    if (stride == 2) {
      // In each half of the sums are outputs of both loads.
      a.emit(Op.VPERMQ, SUM, SUM, new Imm(0xD8));
    }
    // Of two operands that do not compare, the second is the result: what is no number stays so.
    if (activation != Activation.Kind.NONE) {
      a.emit(Op.VMAXPS, SUM, ALPHA, SUM);
    }
    if (activation == Activation.Kind.CLIP) {
      a.emit(Op.VMINPS, SUM, BETA, SUM);
    }
    if (masked && isPartial) {
      a.emit(Op.VMOVUPS, MASK, Memory.at(RSI, maskedBytes() - MASK_BYTES));
      a.emit(Op.VMASKMOVPS_STORE, Memory.at(RCX, 0), MASK, SUM);
    } else {
      a.emit(Op.VMOVUPS_STORE, Memory.at(RCX, 0), SUM);
    }
  }
}

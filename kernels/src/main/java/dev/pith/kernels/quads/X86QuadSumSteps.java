package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.RDI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;

/**
 * Instructions that turn a vector of bytes a into {@code round((a − za) · ra)}, or that plus {@code
 * (b − zb) · rb}, in exactly the fp32 operations of the problems. Constants lie {@code at} bytes
 * behind RDI, as {@link QuadSum} writes them; as many as there are registers for are kept there.
 *
 * @param bits width of the vectors
 * @param free vector registers that may be overwritten, at least {@value #TEMPORARY}; between steps
 *     all but the first two must be left alone
 * @param at where the constants are
 * @param saturates whether no sum is beyond 32 bits, so that packing cuts off what is too large;
 *     else that is done before sums are rounded
 */
record X86QuadSumSteps(int bits, List<Integer> free, int at, boolean saturates) {

  /** Bytes from one constant to the next. */
  static final int STRIDE = 64;

  /** F32: 2²³ + za, 2²³ + zb, ra, rb. */
  static final int A_ZERO = 0;

  static final int B_ZERO = 1;
  static final int A_RATIO = 2;
  static final int B_RATIO = 3;

  /** F32: largest result less the zero point; where packing saturates U8: largest result. */
  static final int HIGH = 4;

  /** I16: upper half of 2²³ as F32, whose lower half is a small integer. */
  static final int UPPER = 5;

  /** I16: zero point. */
  static final int ZERO = 6;

  /** U8: smallest result. */
  static final int LOW = 7;

  /** Bytes of all constants. */
  static final int BYTES = 8 * STRIDE;

  /** Registers that the steps themselves need. */
  static final int TEMPORARY = 6;

  X86QuadSumSteps {
    if (free.size() < TEMPORARY) {
      throw new IllegalArgumentException("only " + free.size() + " registers are free");
    }
  }

  private Vec vec(int place) {
    return new Vec(free.get(place), bits);
  }

  private Vec words() {
    return vec(0);
  }

  private Vec other() {
    return vec(1);
  }

  private Vec sum(int half) {
    return vec(2 + half);
  }

  private Vec firstWords() {
    return vec(4);
  }

  private Vec nothing() {
    return vec(5);
  }

  private boolean isKept(int constant) {
    return constant <= UPPER && TEMPORARY + constant < free.size();
  }

  private Operand constant(int constant) {
    return isKept(constant) ? vec(TEMPORARY + constant) : Memory.at(RDI, at + STRIDE * constant);
  }

  /** Loads what the steps read from registers. */
  void begin(Assembler a) {
    a.emit(Op.VPXOR, nothing(), nothing(), nothing());
    for (int i = 0; i <= UPPER; i++) {
      if (isKept(i)) {
        a.emit(Op.VMOVDQU, vec(TEMPORARY + i), Memory.at(RDI, at + STRIDE * i));
      }
    }
  }

  /**
   * One vector.
   *
   * @param bytes a, then the result
   * @param second where b is; {@code null} where there is none
   */
  void sum(Assembler a, Vec bytes, Memory second) {
    for (int half = 0; half < 2; half++) {
      Op unpack = half == 0 ? Op.VPUNPCKLBW : Op.VPUNPCKHBW;
      a.emit(unpack, words(), bytes, nothing());
      real(a, sum(0), Op.VPUNPCKLWD, A_ZERO, A_RATIO);
      real(a, sum(1), Op.VPUNPCKHWD, A_ZERO, A_RATIO);
      if (second != null) {
        a.emit(Op.VMOVDQU, words(), second).emit(unpack, words(), words(), nothing());
        real(a, other(), Op.VPUNPCKLWD, B_ZERO, B_RATIO);
        a.emit(Op.VADDPS, sum(0), sum(0), other());
        real(a, other(), Op.VPUNPCKHWD, B_ZERO, B_RATIO);
        a.emit(Op.VADDPS, sum(1), sum(1), other());
      }
      for (int i = 0; i < 2; i++) {
        if (!saturates) {
          a.emit(Op.VMINPS, sum(i), sum(i), constant(HIGH));
        }
        a.emit(Op.VCVTPS2DQ, sum(i), sum(i));
      }
      // Packing undoes the unpacking, and cuts off what is too small.
      Vec packed = half == 0 ? firstWords() : words();
      a.emit(Op.VPACKSSDW, packed, sum(0), sum(1));
      a.emit(saturates ? Op.VPADDSW : Op.VPADDW, packed, packed, constant(ZERO));
    }
    a.emit(Op.VPACKUSWB, bytes, firstWords(), words());
    a.emit(Op.VPMAXUB, bytes, bytes, constant(LOW));
    if (saturates) {
      a.emit(Op.VPMINUB, bytes, bytes, constant(HIGH));
    }
  }

  /**
   * {@code to} becomes {@code (x − zero) · ratio} of half of the words. They are made F32 as the
   * last bits of 2²³ and more; taking that away with the zero point is exact.
   */
  private void real(Assembler a, Vec to, Op unpack, int zero, int ratio) {
    a.emit(unpack, to, words(), constant(UPPER));
    a.emit(Op.VSUBPS, to, to, constant(zero)).emit(Op.VMULPS, to, to, constant(ratio));
  }
}

package dev.pith.kernels.x86;

import dev.pith.kernels.Activation;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Emits functions of vectors of eight floats: the steps of {@link dev.pith.kernels.VectorMath}, and
 * so its bits and its bounds. Values are replaced by their functions in place; temporary registers
 * come from those given. Not thread-safe.
 */
public final class FloatFunctions {

  /** Predicates of {@code vcmpps}; all but the unordered one are false for NaN. */
  private static final int LESS = 1;

  private static final int UNORDERED = 3;

  private static final int GREATER_OR_EQUAL = 13;
  private static final int GREATER = 14;

  private final Assembler a;
  private final Gp constants;
  private final Deque<Vec> free = new ArrayDeque<>();

  /**
   * Functions emitted to {@code a}.
   *
   * @param constants a register that keeps the address {@link #begin} puts there
   * @param from first of the vector registers, up to 15, that may be used for temporary values
   */
  public FloatFunctions(Assembler a, Gp constants, int from) {
    this.a = a;
    this.constants = constants;
    for (int number = from; number < 16; number++) {
      free.addLast(new Vec(number, 256));
    }
  }

  /** Emits what makes constants reachable; before any loop. */
  public void begin() {
    a.emit(Op.MOV_IMM, constants, FloatConstants.address());
  }

  /** A register for temporary use, to be given back. */
  private Vec take() {
    return free.removeFirst();
  }

  private void give(Vec... registers) {
    for (Vec register : registers) {
      free.addFirst(register);
    }
  }

  /** The constant as an operand. */
  public Memory constant(float value) {
    return bits(Float.floatToRawIntBits(value));
  }

  private Memory bits(int bits) {
    return Memory.at(constants, FloatConstants.offset(bits));
  }

  /** A mask whose first lanes are set: all eight less one for each four bytes in {@code gone}. */
  Memory masks(Gp gone) {
    return Memory.at(constants, gone, 0);
  }

  private void load(Vec to, float value) {
    a.emit(Op.VMOVUPS, to, constant(value));
  }

  private void compare(Vec mask, Vec x, Operand y, int predicate) {
    a.emit(Op.VCMPPS, mask, x, y, new Imm(predicate));
  }

  /** {@code p = p · x + c}. */
  private void horner(Vec p, Vec x, float c) {
    a.emit(Op.VFMADD213PS, p, x, constant(c));
  }

  private void abs(Vec to, Vec x) {
    a.emit(Op.VANDPS, to, x, bits(0x7FFFFFFF));
  }

  private void negate(Vec x) {
    a.emit(Op.VPXOR, x, x, bits(0x80000000));
  }

  /** {@code x = activation(x)}; where a parameter matters it comes from the given memory. */
  public void activate(Activation.Kind kind, Vec x, Operand alpha, Operand beta) {
    switch (kind) {
      case NONE -> {}
      case RELU, CLIP -> clip(x, alpha, beta);
      case LEAKY_RELU -> scaleNegative(x, alpha);
      case SIGMOID -> sigmoid(x);
      case TANH -> tanh(x);
      case SILU -> {
        Vec s = take();
        a.emit(Op.VMOVUPS, s, x);
        sigmoid(s);
        a.emit(Op.VMULPS, x, x, s);
        give(s);
      }
      case HARD_SIGMOID -> {
        a.emit(Op.VMULPS, x, x, alpha).emit(Op.VADDPS, x, x, beta);
        clip(x, constant(0), constant(1));
      }
      case HARD_SWISH -> {
        Vec s = take();
        a.emit(Op.VDIVPS, s, x, constant(6)).emit(Op.VADDPS, s, s, constant(0.5f));
        clip(s, constant(0), constant(1));
        a.emit(Op.VMULPS, x, x, s);
        give(s);
      }
      case GELU -> gelu(x);
    }
  }

  /** {@code x = min(max(x, low), high)}; what is not a number stays so. */
  public void clip(Vec x, Operand low, Operand high) {
    // Of two operands that do not compare, the second is the result.
    Vec bound = take();
    a.emit(Op.VMAXPS, x, register(low, bound), x).emit(Op.VMINPS, x, register(high, bound), x);
    give(bound);
  }

  private Vec register(Operand value, Vec temporary) {
    if (value instanceof Vec vec) {
      return vec;
    }
    a.emit(Op.VMOVUPS, temporary, value);
    return temporary;
  }

  /** {@code x = eˣ}. */
  public void exp(Vec x) {
    clip(x, constant(-104), constant(89));
    Vec n = take();
    Vec t = take();
    a.emit(Op.VMULPS, t, x, constant(1.442695f)).emit(Op.VADDPS, t, t, constant(12582912f));
    a.emit(Op.VPSUBD, n, t, bits(0x4B400000)).emit(Op.VSUBPS, t, t, constant(12582912f));
    reduced(x, t);
    a.emit(Op.VADDPS, x, x, constant(1));
    // Two factors, since 2¹²⁸ and powers below 2⁻¹²⁶ are no normal floats.
    a.emit(Op.VPSRAD, t, n, new Imm(1)).emit(Op.VPSUBD, n, n, t);
    power(t);
    power(n);
    a.emit(Op.VMULPS, x, x, t).emit(Op.VMULPS, x, x, n);
    give(t, n);
  }

  /** {@code x = exp(r) − 1} for r = x − n ln 2. */
  private void reduced(Vec x, Vec n) {
    Vec p = take();
    a.emit(Op.VFNMADD231PS, x, n, constant(0.6933594f));
    a.emit(Op.VFNMADD231PS, x, n, constant(-2.12194440e-4f));
    a.emit(Op.VMULPS, p, x, constant(0.0013901314f)).emit(Op.VADDPS, p, p, constant(0.008363213f));
    horner(p, x, 0.041666854f);
    horner(p, x, 0.16666576f);
    horner(p, x, 0.5f);
    a.emit(Op.VMULPS, p, p, x).emit(Op.VFMADD213PS, p, x, x);
    a.emit(Op.VMOVUPS, x, p);
    give(p);
  }

  /** {@code n = 2ⁿ} for integers n from −126 to 127. */
  private void power(Vec n) {
    a.emit(Op.VPADDD, n, n, bits(127)).emit(Op.VPSLLD, n, n, new Imm(23));
  }

  /** {@code x = 1 / (1 + e⁻ˣ)}: with e = exp(−|x|) nothing overflows. */
  public void sigmoid(Vec x) {
    Vec e = take();
    Vec top = take();
    Vec mask = take();
    a.emit(Op.VORPS, e, x, bits(0x80000000));
    exp(e);
    compare(mask, x, constant(0), GREATER_OR_EQUAL);
    a.emit(Op.VBLENDVPS, top, e, constant(1), mask);
    a.emit(Op.VADDPS, e, e, constant(1)).emit(Op.VDIVPS, x, top, e);
    give(mask, top, e);
  }

  /** {@code x = tanh x}: with m = exp(2|x|) − 1 it is m / (m + 2). */
  public void tanh(Vec x) {
    Vec m = take();
    Vec n = take();
    Vec t = take();
    abs(m, x);
    clip(m, constant(0), constant(10));
    a.emit(Op.VADDPS, m, m, m);
    a.emit(Op.VMULPS, t, m, constant(1.442695f)).emit(Op.VADDPS, t, t, constant(12582912f));
    a.emit(Op.VPSUBD, n, t, bits(0x4B400000)).emit(Op.VSUBPS, t, t, constant(12582912f));
    reduced(m, t);
    power(n);
    a.emit(Op.VSUBPS, t, n, constant(1)).emit(Op.VFMADD213PS, m, n, t);
    a.emit(Op.VADDPS, t, m, constant(2)).emit(Op.VDIVPS, m, m, t);
    withSign(x, m);
    give(t, n, m);
  }

  /** {@code x = magnitude} with the sign of x. */
  private void withSign(Vec x, Vec magnitude) {
    a.emit(Op.VANDPS, x, x, bits(0x80000000)).emit(Op.VORPS, x, x, magnitude);
  }

  /** {@code x = erfc(x)} for 0 ≤ x ≤ 11. */
  private void tail(Vec x) {
    Vec t = take();
    Vec p = take();
    a.emit(Op.VMULPS, p, x, constant(0.4f)).emit(Op.VADDPS, p, p, constant(1));
    load(t, 1);
    a.emit(Op.VDIVPS, t, t, p);
    a.emit(Op.VMULPS, p, t, constant(0.041612715f)).emit(Op.VADDPS, p, p, constant(-0.14208098f));
    for (float c :
        new float[] {
          0.08765565f, 0.08373452f, 0.08270215f, 0.1921282f, 0.20221382f, 0.22639704f, 0.22563696f
        }) {
      horner(p, t, c);
    }
    a.emit(Op.VMULPS, p, p, t);
    // The square in two floats: −(x²) and what is lost.
    a.emit(Op.VMULPS, t, x, x);
    negate(t);
    Vec rest = take();
    a.emit(Op.VMOVUPS, rest, t).emit(Op.VFMADD231PS, rest, x, x);
    exp(t);
    a.emit(Op.VMULPS, t, t, p);
    load(p, 1);
    a.emit(Op.VSUBPS, p, p, rest).emit(Op.VMULPS, x, t, p);
    give(rest, p, t);
  }

  private void magnitude(Vec to, Vec x) {
    abs(to, x);
    clip(to, constant(0), constant(11));
  }

  /** {@code x = erf x}. */
  public void erf(Vec x) {
    Vec m = take();
    Vec z = take();
    Vec p = take();
    magnitude(m, x);
    a.emit(Op.VMULPS, z, m, m);
    a.emit(Op.VMULPS, p, z, constant(7.85386e-5f)).emit(Op.VADDPS, p, p, constant(-8.010193e-4f));
    for (float c :
        new float[] {0.0051883277f, -0.026853811f, 0.11283585f, -0.37612626f, 1.1283791f}) {
      horner(p, z, c);
    }
    a.emit(Op.VMULPS, p, p, m);
    compare(z, m, constant(1), LESS);
    tail(m);
    Vec one = take();
    load(one, 1);
    a.emit(Op.VSUBPS, m, one, m).emit(Op.VBLENDVPS, m, m, p, z);
    withSign(x, m);
    give(one, p, z, m);
  }

  /** {@code x = x · Φ(x)}, with the normal distribution Φ(x) = ½ erfc(−x / √2). */
  public void gelu(Vec x) {
    Vec v = take();
    Vec m = take();
    Vec mask = take();
    a.emit(Op.VMULPS, v, x, constant(-0.70710677f));
    magnitude(m, v);
    compare(mask, v, constant(0), LESS);
    tail(m);
    load(v, 2);
    a.emit(Op.VSUBPS, v, v, m).emit(Op.VBLENDVPS, m, m, v, mask);
    a.emit(Op.VMULPS, x, x, constant(0.5f)).emit(Op.VMULPS, x, x, m);
    give(mask, m, v);
  }

  /** {@code x} where it exceeds {@code bound}, otherwise 0. */
  public void threshold(Vec x, Operand bound) {
    Vec mask = take();
    compare(mask, x, bound, GREATER);
    a.emit(Op.VANDPS, x, x, mask);
    give(mask);
  }

  /** {@code x = x · factor} where x is negative. */
  public void scaleNegative(Vec x, Operand factor) {
    Vec scaled = take();
    Vec mask = take();
    a.emit(Op.VMULPS, scaled, x, factor);
    compare(mask, x, constant(0), LESS);
    a.emit(Op.VBLENDVPS, x, x, scaled, mask);
    give(mask, scaled);
  }

  /** {@code x = max(x, y)}; not a number if one is not. */
  public void larger(Vec x, Vec y) {
    extreme(Op.VMAXPS, x, y);
  }

  /** {@code x = min(x, y)}; not a number if one is not. */
  public void smaller(Vec x, Vec y) {
    extreme(Op.VMINPS, x, y);
  }

  /** Of two that do not compare, the instruction keeps y: where x is no number, x is put back. */
  private void extreme(Op op, Vec x, Vec y) {
    Vec mask = take();
    Vec best = take();
    compare(mask, x, x, UNORDERED);
    a.emit(op, best, x, y).emit(Op.VBLENDVPS, x, best, x, mask);
    give(best, mask);
  }

  /** Every lane of x becomes the sum of all: of neighbours, of their sums, of both halves. */
  public void sumLanes(Vec x) {
    Vec high = take();
    a.emit(Op.VHADDPS, x, x, x).emit(Op.VHADDPS, x, x, x);
    a.emit(Op.VEXTRACTI128, high.as(128), x, new Imm(1));
    a.emit(Op.VADDPS, x.as(128), x.as(128), high.as(128));
    a.emit(Op.VINSERTI128, x, x, x.as(128), new Imm(1));
    give(high);
  }

  /** Every lane of x becomes the largest (or smallest) of all. */
  public void extremeLane(Vec x, boolean largest) {
    Op op = largest ? Op.VMAXPS : Op.VMINPS;
    Vec other = take();
    a.emit(Op.VEXTRACTI128, other.as(128), x, new Imm(1));
    a.emit(Op.VINSERTI128, other, other, x.as(128), new Imm(1)).emit(op, x, x, other);
    a.emit(Op.VSHUFPS, other, x, x, new Imm(0x4E)).emit(op, x, x, other);
    a.emit(Op.VSHUFPS, other, x, x, new Imm(0xB1)).emit(op, x, x, other);
    give(other);
  }

  /** {@code x = |x|}. */
  public void abs(Vec x) {
    abs(x, x);
  }

  /** {@code x = −x}. */
  public void neg(Vec x) {
    negate(x);
  }

  /** {@code x = 1 / x}. */
  public void reciprocal(Vec x) {
    Vec one = take();
    load(one, 1);
    a.emit(Op.VDIVPS, x, one, x);
    give(one);
  }
}

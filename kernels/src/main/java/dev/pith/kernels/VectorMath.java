package dev.pith.kernels;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.IS_NAN;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Functions of vectors of floats of any width, lane by lane the same bits for every width.
 *
 * <p>Errors are in units in the last place of the exact result (measured over all binades by the
 * test of this class): exp 1.5, log 2, sigmoid 3, tanh 3, erf 3, erfc 6, gelu 10. Special values
 * are those of {@link Math}: NaN in, NaN out; overflow gives infinity, underflow goes through the
 * subnormals to zero.
 *
 * <p>Polynomials are minimax fits in fp32 of the functions named beside them; everything is built
 * on one reduction, exp(x) = 2ⁿ · exp(r) with |r| ≤ ½ ln 2. The methods are small enough for C2 to
 * inline into a hot loop whose species is constant; elsewhere they are correct but slow.
 * Thread-safe.
 */
public final class VectorMath {

  private static final float LOG2_E = 1.442695f;

  /** ln 2 in two parts; the first has trailing zero bits, so that n times it is exact. */
  private static final float LN2_HIGH = 0.6933594f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding 1.5 · 2²³ to |v| &lt; 2²² rounds it to an integer, half to even, in the low bits. */
  private static final float MAGIC = 12582912f;

  private static final int MAGIC_BITS = 0x4B400000;

  private static final float SQRT_HALF = 0.70710677f;

  private VectorMath() {}

  /** eˣ. */
  public static FloatVector exp(FloatVector x) {
    FloatVector v = clamp(x, -104f, 89f);
    FloatVector t = v.mul(LOG2_E).add(MAGIC);
    IntVector n = t.reinterpretAsInts().sub(MAGIC_BITS);
    FloatVector p = reduced(v, t.sub(MAGIC)).add(1f);
    // Two factors, since 2¹²⁸ and powers below 2⁻¹²⁶ are no normal floats.
    IntVector half = n.lanewise(ASHR, 1);
    return p.mul(power(half)).mul(power(n.sub(half)));
  }

  /** eˣ − 1 for 0 ≤ x ≤ 80. */
  private static FloatVector expMinusOne(FloatVector x) {
    FloatVector t = x.mul(LOG2_E).add(MAGIC);
    FloatVector p = reduced(x, t.sub(MAGIC));
    FloatVector scale = power(t.reinterpretAsInts().sub(MAGIC_BITS));
    return p.fma(scale, scale.sub(1f));
  }

  /** exp(r) − 1 for r = x − n ln 2; (exp(r) − 1 − r) / r² is a polynomial of degree 4. */
  private static FloatVector reduced(FloatVector x, FloatVector n) {
    FloatVector r = n.neg().fma(n.broadcast(LN2_HIGH), x);
    r = n.neg().fma(n.broadcast(LN2_LOW), r);
    FloatVector p = r.mul(0.0013901314f).add(0.008363213f);
    p = p.fma(r, r.broadcast(0.041666854f));
    p = p.fma(r, r.broadcast(0.16666576f));
    p = p.fma(r, r.broadcast(0.5f));
    return p.mul(r).fma(r, r);
  }

  /** 2ⁿ for −126 ≤ n ≤ 127. */
  private static FloatVector power(IntVector n) {
    return n.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
  }

  private static FloatVector clamp(FloatVector x, float low, float high) {
    // Comparisons are false for NaN, which so passes.
    FloatVector v = x.blend(low, x.compare(LT, low));
    return v.blend(high, v.compare(GT, high));
  }

  /**
   * ln x. With x = 2ⁿ · m and s = (m − 1) / (m + 1), ln m = 2 atanh(s); (atanh(s) − s) / s³ is a
   * polynomial of degree 2 in s².
   */
  public static FloatVector log(FloatVector x) {
    VectorMask<Float> small = x.compare(LT, Float.MIN_NORMAL);
    FloatVector v = x.blend(x.mul(0x1p23f), small);
    IntVector bits = v.reinterpretAsInts();
    // Counting exponents from √½ makes m lie between √½ and √2.
    IntVector shifted = bits.sub(Float.floatToRawIntBits(SQRT_HALF));
    IntVector exponent = shifted.lanewise(ASHR, 23);
    FloatVector m = bits.sub(exponent.lanewise(LSHL, 23)).reinterpretAsFloats();
    FloatVector n = (FloatVector) exponent.convert(I2F, 0);
    n = n.blend(n.sub(23f), small);
    FloatVector f = m.sub(1f);
    FloatVector s = f.div(f.add(2f));
    FloatVector z = s.mul(s);
    FloatVector p = z.mul(0.1479048f).add(0.19994377f);
    p = p.fma(z, z.broadcast(0.33333343f)).mul(z);
    // ln m = 2s + 2s·p, and 2s = f − f·s exactly enough.
    FloatVector low = n.fma(n.broadcast(LN2_LOW), p.mul(s.add(s)).sub(s.mul(f)));
    FloatVector result = n.fma(n.broadcast(LN2_HIGH), f.add(low));
    return logEdges(x, result);
  }

  private static FloatVector logEdges(FloatVector x, FloatVector result) {
    FloatVector r = result.blend(Float.NEGATIVE_INFINITY, x.compare(LE, 0f));
    r = r.blend(Float.NaN, x.compare(LT, 0f));
    return r.blend(x, x.compare(GE, Float.POSITIVE_INFINITY).or(x.test(IS_NAN)));
  }

  /** 1 / (1 + e⁻ˣ). */
  public static FloatVector sigmoid(FloatVector x) {
    // With e = exp(−|x|) ≤ 1 nothing overflows and small results keep all their bits.
    FloatVector e = exp(x.abs().neg());
    FloatVector top = e.blend(1f, x.compare(GE, 0f));
    return top.div(e.add(1f));
  }

  /** x · sigmoid(x). */
  public static FloatVector silu(FloatVector x) {
    return x.mul(sigmoid(x));
  }

  /** The hyperbolic tangent: with m = exp(2|x|) − 1 it is m / (m + 2). */
  public static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    a = a.blend(10f, a.compare(GT, 10f));
    FloatVector m = expMinusOne(a.add(a));
    return withSign(m.div(m.add(2f)), x);
  }

  /** {@code magnitude} ≥ 0 with the sign bit of {@code sign}. */
  private static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
    IntVector bit = sign.reinterpretAsInts().and(0x80000000);
    return magnitude.reinterpretAsInts().or(bit).reinterpretAsFloats();
  }

  /**
   * erfc(a) for a ≥ 0: with t = 1 / (1 + 0.4 a), exp(a²) erfc(a) / t is a polynomial of degree 8 in
   * t. The square is held in two floats, since exp turns its absolute error into a relative one.
   */
  private static FloatVector tail(FloatVector a) {
    FloatVector t = a.mul(0.4f).add(1f);
    t = t.broadcast(1f).div(t);
    FloatVector p = t.mul(0.041612715f).add(-0.14208098f);
    p = p.fma(t, t.broadcast(0.08765565f));
    p = p.fma(t, t.broadcast(0.08373452f));
    p = p.fma(t, t.broadcast(0.08270215f));
    p = p.fma(t, t.broadcast(0.1921282f));
    p = p.fma(t, t.broadcast(0.20221382f));
    p = p.fma(t, t.broadcast(0.22639704f));
    p = p.fma(t, t.broadcast(0.22563696f)).mul(t);
    FloatVector square = a.mul(a);
    FloatVector rest = a.fma(a, square.neg());
    FloatVector e = exp(square.neg());
    return e.mul(p).mul(rest.neg().add(1f));
  }

  private static FloatVector magnitude(FloatVector x) {
    // exp(−11²) is 0 in fp32; beyond, the square would overflow.
    FloatVector a = x.abs();
    return a.blend(11f, a.compare(GT, 11f));
  }

  /** The error function; up to 1, erf(x) / x is a polynomial of degree 6 in x². */
  public static FloatVector erf(FloatVector x) {
    FloatVector a = magnitude(x);
    FloatVector z = a.mul(a);
    FloatVector p = z.mul(7.85386e-5f).add(-8.010193e-4f);
    p = p.fma(z, z.broadcast(0.0051883277f));
    p = p.fma(z, z.broadcast(-0.026853811f));
    p = p.fma(z, z.broadcast(0.11283585f));
    p = p.fma(z, z.broadcast(-0.37612626f));
    p = p.fma(z, z.broadcast(1.1283791f)).mul(a);
    FloatVector large = tail(a).neg().add(1f);
    return withSign(large.blend(p, a.compare(LT, 1f)), x);
  }

  /** The complementary error function 1 − erf(x), with all its bits where it is small. */
  public static FloatVector erfc(FloatVector x) {
    FloatVector q = tail(magnitude(x));
    return q.blend(q.neg().add(2f), x.compare(LT, 0f));
  }

  /** x · Φ(x) with the normal distribution Φ(x) = ½ erfc(−x / √2). */
  public static FloatVector gelu(FloatVector x) {
    return x.mul(0.5f).mul(erfc(x.mul(-SQRT_HALF)));
  }

  /** {@code activation} of each lane. */
  public static FloatVector activate(Activation activation, FloatVector x) {
    return switch (activation.kind()) {
      case NONE -> x;
      case RELU -> x.blend(0f, x.compare(LT, 0f));
      case CLIP -> clamp(x, activation.alpha(), activation.beta());
      case LEAKY_RELU -> x.blend(x.mul(activation.alpha()), x.compare(LT, 0f));
      case SIGMOID -> sigmoid(x);
      case TANH -> tanh(x);
      case SILU -> silu(x);
      case HARD_SIGMOID -> clamp(x.mul(activation.alpha()).add(activation.beta()), 0f, 1f);
      case HARD_SWISH -> x.mul(clamp(x.div(6f).add(0.5f), 0f, 1f));
      case GELU -> gelu(x);
    };
  }
}

package dev.pith.kernels.elementwise;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.pith.kernels.VectorMath;
import dev.pith.kernels.VectorWidths;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link UnaryLoop} with the Vector API, made for each width and function by {@link VectorWidths}.
 */
final class VectorUnaryLoop implements UnaryLoop {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final UnaryFunction FUNCTION =
      VectorWidths.parameter(MethodHandles.lookup(), UnaryFunction.ABS);
  private static final int L = F.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** 2²³. */
  private static final float LARGE = 0x1p23f;

  private static final int LARGE_BITS = Float.floatToRawIntBits(LARGE);

  static final UnaryLoop INSTANCE = new VectorUnaryLoop();

  /** Functions that {@link #apply} has. */
  static final Set<UnaryFunction> FUNCTIONS =
      EnumSet.of(
          UnaryFunction.ABS,
          UnaryFunction.NEG,
          UnaryFunction.RECIPROCAL,
          UnaryFunction.SQRT,
          UnaryFunction.RELU,
          UnaryFunction.CLIP,
          UnaryFunction.LEAKY_RELU,
          UnaryFunction.THRESHOLDED_RELU,
          UnaryFunction.HARD_SIGMOID,
          UnaryFunction.HARD_SWISH,
          UnaryFunction.SOFTSIGN,
          UnaryFunction.EXP,
          UnaryFunction.LOG,
          UnaryFunction.ERF,
          UnaryFunction.TANH,
          UnaryFunction.SIGMOID,
          UnaryFunction.SILU,
          UnaryFunction.SWISH,
          UnaryFunction.GELU,
          UnaryFunction.GELU_TANH,
          UnaryFunction.SOFTPLUS,
          UnaryFunction.MISH,
          UnaryFunction.FLOOR,
          UnaryFunction.CEIL,
          UnaryFunction.ROUND);

  private VectorUnaryLoop() {}

  /** The branches fold away: FUNCTION is a constant of the class. */
  private static FloatVector apply(FloatVector x, FloatVector alpha, FloatVector beta) {
    if (FUNCTION == UnaryFunction.ABS) {
      return x.abs();
    } else if (FUNCTION == UnaryFunction.NEG) {
      return x.neg();
    } else if (FUNCTION == UnaryFunction.RECIPROCAL) {
      return FloatVector.broadcast(F, 1).div(x);
    } else if (FUNCTION == UnaryFunction.SQRT) {
      return x.sqrt();
    } else if (FUNCTION == UnaryFunction.RELU) {
      return x.max(0);
    } else if (FUNCTION == UnaryFunction.CLIP) {
      return x.max(alpha).min(beta);
    } else if (FUNCTION == UnaryFunction.LEAKY_RELU) {
      return x.blend(x.mul(alpha), x.compare(LT, 0));
    } else if (FUNCTION == UnaryFunction.THRESHOLDED_RELU) {
      return FloatVector.zero(F).blend(x, x.compare(GT, alpha));
    } else if (FUNCTION == UnaryFunction.HARD_SIGMOID) {
      return x.mul(alpha).add(beta).max(0).min(1);
    } else if (FUNCTION == UnaryFunction.HARD_SWISH) {
      return x.mul(x.div(6).add(0.5f).max(0).min(1));
    } else if (FUNCTION == UnaryFunction.SOFTSIGN) {
      return x.div(x.abs().add(1));
    }
    return curve(x, alpha);
  }

  /** The functions built on exp and log; apart, because C2 inlines no larger methods. */
  private static FloatVector curve(FloatVector x, FloatVector alpha) {
    if (FUNCTION == UnaryFunction.EXP) {
      return VectorMath.exp(x);
    } else if (FUNCTION == UnaryFunction.LOG) {
      return VectorMath.log(x);
    } else if (FUNCTION == UnaryFunction.ERF) {
      return VectorMath.erf(x);
    } else if (FUNCTION == UnaryFunction.TANH) {
      return VectorMath.tanh(x);
    } else if (FUNCTION == UnaryFunction.SIGMOID) {
      return VectorMath.sigmoid(x);
    } else if (FUNCTION == UnaryFunction.SILU) {
      return VectorMath.silu(x);
    } else if (FUNCTION == UnaryFunction.SWISH) {
      return x.mul(VectorMath.sigmoid(x.mul(alpha)));
    } else if (FUNCTION == UnaryFunction.GELU) {
      return VectorMath.gelu(x);
    } else if (FUNCTION == UnaryFunction.GELU_TANH) {
      return geluTanh(x);
    } else if (FUNCTION == UnaryFunction.MISH) {
      return x.mul(VectorMath.tanh(softplus(x)));
    } else if (FUNCTION == UnaryFunction.SOFTPLUS) {
      return softplus(x);
    }
    return rounded(x);
  }

  /** ½x(1 + tanh z) = x·sigmoid(2z), which keeps small results exact. */
  private static FloatVector geluTanh(FloatVector x) {
    FloatVector cube = x.mul(x).mul(0.044715f).add(1).mul(x);
    return x.mul(VectorMath.sigmoid(cube.mul(1.5957692f)));
  }

  /** max(x, 0) + log(1 + e) with e = exp(−|x|); for small e, log(1 + e) loses e's low bits. */
  private static FloatVector softplus(FloatVector x) {
    FloatVector e = VectorMath.exp(x.abs().neg());
    FloatVector one = e.add(1);
    // log(1 + e) · e / ((1 + e) − 1) undoes the rounding of 1 + e (Kahan).
    FloatVector rounded = one.sub(1);
    FloatVector log = VectorMath.log(one).mul(e.div(rounded));
    return x.max(0).add(log.blend(e, rounded.compare(EQ, 0)));
  }

  /** Rounding through integers; numbers from 2²³ on have no fraction. */
  private static FloatVector rounded(FloatVector x) {
    FloatVector whole;
    if (FUNCTION == UnaryFunction.ROUND) {
      // Adding 2²³ with the sign of x rounds half to even in the adder.
      IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
      FloatVector large = sign.or(LARGE_BITS).reinterpretAsFloats();
      whole = x.add(large).sub(large);
    } else {
      whole = (FloatVector) x.convert(F2I, 0).convert(I2F, 0);
      whole =
          FUNCTION == UnaryFunction.FLOOR
              ? whole.blend(whole.sub(1), whole.compare(GT, x))
              : whole.blend(whole.add(1), whole.compare(LT, x));
    }
    return x.blend(whole, x.abs().compare(LT, LARGE));
  }

  @Override
  public void run(MemorySegment x, MemorySegment y, long at, long count, float alpha, float beta) {
    FloatVector a = FloatVector.broadcast(F, alpha);
    FloatVector b = FloatVector.broadcast(F, beta);
    long i = 0;
    for (; i <= count - L; i += L) {
      FloatVector v = FloatVector.fromMemorySegment(F, x, at + i * 4, LE);
      apply(v, a, b).intoMemorySegment(y, at + i * 4, LE);
    }
    if (i < count) {
      VectorMask<Float> rest = F.indexInRange(i, count);
      FloatVector v = FloatVector.fromMemorySegment(F, x, at + i * 4, LE, rest);
      apply(v, a, b).intoMemorySegment(y, at + i * 4, LE, rest);
    }
  }
}

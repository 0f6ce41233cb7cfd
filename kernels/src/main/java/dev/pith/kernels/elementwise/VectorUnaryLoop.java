package dev.pith.kernels.elementwise;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.pith.kernels.VectorWidths;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
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
          UnaryFunction.SOFTSIGN);

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
    }
    return x.div(x.abs().add(1));
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

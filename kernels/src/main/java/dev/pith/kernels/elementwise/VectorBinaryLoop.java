package dev.pith.kernels.elementwise;

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
 * {@link BinaryLoop} with the Vector API, made for each width and function by {@link VectorWidths}.
 */
final class VectorBinaryLoop implements BinaryLoop {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final BinaryFunction FUNCTION =
      VectorWidths.parameter(MethodHandles.lookup(), BinaryFunction.ADD);
  private static final int L = F.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final BinaryLoop INSTANCE = new VectorBinaryLoop();

  /** Functions that {@link #apply} has. */
  static final Set<BinaryFunction> FUNCTIONS =
      EnumSet.of(
          BinaryFunction.ADD,
          BinaryFunction.SUB,
          BinaryFunction.MUL,
          BinaryFunction.DIV,
          BinaryFunction.MIN,
          BinaryFunction.MAX,
          BinaryFunction.PRELU);

  private VectorBinaryLoop() {}

  /** The branches fold away: FUNCTION is a constant of the class. */
  private static FloatVector apply(FloatVector a, FloatVector b) {
    if (FUNCTION == BinaryFunction.ADD) {
      return a.add(b);
    } else if (FUNCTION == BinaryFunction.SUB) {
      return a.sub(b);
    } else if (FUNCTION == BinaryFunction.MUL) {
      return a.mul(b);
    } else if (FUNCTION == BinaryFunction.DIV) {
      return a.div(b);
    } else if (FUNCTION == BinaryFunction.MIN) {
      return a.min(b);
    } else if (FUNCTION == BinaryFunction.MAX) {
      return a.max(b);
    }
    return a.blend(a.mul(b), a.compare(LT, 0));
  }

  @Override
  public void rows(
      MemorySegment x, long xAt, MemorySegment y, long yAt, MemorySegment z, long at, long n) {
    long i = 0;
    for (; i <= n - L; i += L) {
      FloatVector a = FloatVector.fromMemorySegment(F, x, xAt + i * 4, LE);
      FloatVector b = FloatVector.fromMemorySegment(F, y, yAt + i * 4, LE);
      apply(a, b).intoMemorySegment(z, at + i * 4, LE);
    }
    if (i < n) {
      VectorMask<Float> rest = F.indexInRange(i, n);
      FloatVector a = FloatVector.fromMemorySegment(F, x, xAt + i * 4, LE, rest);
      FloatVector b = FloatVector.fromMemorySegment(F, y, yAt + i * 4, LE, rest);
      apply(a, b).intoMemorySegment(z, at + i * 4, LE, rest);
    }
  }

  @Override
  public void right(MemorySegment x, long xAt, float y, MemorySegment z, long at, long n) {
    FloatVector b = FloatVector.broadcast(F, y);
    long i = 0;
    for (; i <= n - L; i += L) {
      FloatVector a = FloatVector.fromMemorySegment(F, x, xAt + i * 4, LE);
      apply(a, b).intoMemorySegment(z, at + i * 4, LE);
    }
    if (i < n) {
      VectorMask<Float> rest = F.indexInRange(i, n);
      FloatVector a = FloatVector.fromMemorySegment(F, x, xAt + i * 4, LE, rest);
      apply(a, b).intoMemorySegment(z, at + i * 4, LE, rest);
    }
  }

  @Override
  public void left(float x, MemorySegment y, long yAt, MemorySegment z, long at, long n) {
    FloatVector a = FloatVector.broadcast(F, x);
    long i = 0;
    for (; i <= n - L; i += L) {
      FloatVector b = FloatVector.fromMemorySegment(F, y, yAt + i * 4, LE);
      apply(a, b).intoMemorySegment(z, at + i * 4, LE);
    }
    if (i < n) {
      VectorMask<Float> rest = F.indexInRange(i, n);
      FloatVector b = FloatVector.fromMemorySegment(F, y, yAt + i * 4, LE, rest);
      apply(a, b).intoMemorySegment(z, at + i * 4, LE, rest);
    }
  }
}

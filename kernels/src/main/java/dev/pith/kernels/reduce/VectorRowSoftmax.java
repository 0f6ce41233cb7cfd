package dev.pith.kernels.reduce;

import static jdk.incubator.vector.VectorOperators.MAX;

import dev.pith.kernels.VectorFold;
import dev.pith.kernels.VectorMath;
import dev.pith.kernels.VectorWidths;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** {@link RowSoftmax} with the Vector API; the last, partial vector of a row is masked. */
final class VectorRowSoftmax implements RowSoftmax {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final int L = F.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final RowSoftmax INSTANCE = new VectorRowSoftmax();

  private VectorRowSoftmax() {}

  @Override
  public int width() {
    return L;
  }

  private static FloatVector load(MemorySegment x, long at) {
    return FloatVector.fromMemorySegment(F, x, at, LE);
  }

  @Override
  public void row(boolean log, MemorySegment x, long at, long count, MemorySegment y, long to) {
    long whole = count / L * L;
    VectorMask<Float> rest = F.indexInRange(0, count - whole);
    FloatVector tail = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    if (whole < count) {
      tail = tail.blend(FloatVector.fromMemorySegment(F, x, at + 4 * whole, LE, rest), rest);
    }
    FloatVector best = tail;
    for (long i = 0; i < whole; i += L) {
      best = best.max(load(x, at + 4 * i));
    }
    float max = best.reduceLanes(MAX);
    FloatVector sums = FloatVector.zero(F);
    for (long i = 0; i < whole; i += L) {
      FloatVector e = VectorMath.exp(load(x, at + 4 * i).sub(max));
      sums = sums.add(e);
      if (!log) {
        e.intoMemorySegment(y, to + 4 * i, LE);
      }
    }
    FloatVector last = VectorMath.exp(tail.sub(max));
    float sum = VectorFold.sum(sums.add(FloatVector.zero(F).blend(last, rest)));
    float shift = log ? (float) Math.log(sum) : 0;
    float factor = 1 / sum;
    for (long i = 0; i < whole; i += L) {
      FloatVector v =
          log ? load(x, at + 4 * i).sub(max).sub(shift) : load(y, to + 4 * i).mul(factor);
      v.intoMemorySegment(y, to + 4 * i, LE);
    }
    if (whole < count) {
      FloatVector v = log ? tail.sub(max).sub(shift) : last.mul(factor);
      v.intoMemorySegment(y, to + 4 * whole, LE, rest);
    }
  }

  @Override
  public void columns(
      boolean log, MemorySegment x, long at, long count, long step, MemorySegment y) {
    FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (long i = 0; i < count; i++) {
      best = best.max(load(x, at + i * step));
    }
    FloatVector sum = FloatVector.zero(F);
    for (long i = 0; i < count; i++) {
      FloatVector e = VectorMath.exp(load(x, at + i * step).sub(best));
      sum = sum.add(e);
      e.intoMemorySegment(y, at + i * step, LE);
    }
    FloatVector shift = log ? VectorMath.log(sum) : FloatVector.broadcast(F, 1).div(sum);
    for (long i = 0; i < count; i++) {
      FloatVector v =
          log ? load(x, at + i * step).sub(best).sub(shift) : load(y, at + i * step).mul(shift);
      v.intoMemorySegment(y, at + i * step, LE);
    }
  }
}

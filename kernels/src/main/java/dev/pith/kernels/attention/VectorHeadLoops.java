package dev.pith.kernels.attention;

import dev.pith.kernels.VectorFold;
import dev.pith.kernels.VectorMath;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link HeadLoops} of F32 with the Vector API; scratch is F32 too. */
final class VectorHeadLoops implements HeadLoops {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final int L = F.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final HeadLoops INSTANCE = new VectorHeadLoops();

  private VectorHeadLoops() {}

  private static FloatVector load(MemorySegment x, long index) {
    return FloatVector.fromMemorySegment(F, x, 4 * index, LE);
  }

  @Override
  public double dot(MemorySegment a, long at, MemorySegment b, long from, long count) {
    FloatVector even = FloatVector.zero(F);
    FloatVector odd = even;
    long i = 0;
    for (; i <= count - 2 * L; i += 2 * L) {
      even = load(a, at + i).fma(load(b, from + i), even);
      odd = load(a, at + i + L).fma(load(b, from + i + L), odd);
    }
    float sum = VectorFold.sum(even.add(odd));
    for (; i < count; i++) {
      sum += a.get(Elements.F32, 4 * (at + i)) * b.get(Elements.F32, 4 * (from + i));
    }
    return sum;
  }

  @Override
  public double get(MemorySegment scratch, long index) {
    return scratch.get(Elements.F32, index * 4);
  }

  @Override
  public void set(MemorySegment scratch, long index, double value) {
    scratch.set(Elements.F32, index * 4, (float) value);
  }

  @Override
  public void softmax(MemorySegment s, long count) {
    float max = Float.NEGATIVE_INFINITY;
    for (long i = 0; i < count; i++) {
      max = Math.max(max, s.get(Elements.F32, 4 * i));
    }
    boolean none = max == Float.NEGATIVE_INFINITY;
    float shift = none ? 0 : max;
    FloatVector sums = FloatVector.zero(F);
    long i = 0;
    for (; i <= count - L; i += L) {
      FloatVector e = VectorMath.exp(load(s, i).sub(shift));
      e.intoMemorySegment(s, 4 * i, LE);
      sums = sums.add(e);
    }
    float sum = VectorFold.sum(sums);
    for (; i < count; i++) {
      float e = (float) Math.exp(s.get(Elements.F32, 4 * i) - shift);
      s.set(Elements.F32, 4 * i, e);
      sum += e;
    }
    float factor = none ? 0 : 1 / sum;
    for (i = 0; i <= count - L; i += L) {
      load(s, i).mul(factor).intoMemorySegment(s, 4 * i, LE);
    }
    for (; i < count; i++) {
      s.set(Elements.F32, 4 * i, s.get(Elements.F32, 4 * i) * factor);
    }
  }

  @Override
  public void add(double weight, MemorySegment v, long at, long count, MemorySegment s, long to) {
    float w = (float) weight;
    FloatVector factor = FloatVector.broadcast(F, w);
    long i = 0;
    for (; i <= count - L; i += L) {
      load(v, at + i).fma(factor, load(s, to + i)).intoMemorySegment(s, 4 * (to + i), LE);
    }
    for (; i < count; i++) {
      float sum = v.get(Elements.F32, 4 * (at + i)) * w + s.get(Elements.F32, 4 * (to + i));
      s.set(Elements.F32, 4 * (to + i), sum);
    }
  }

  @Override
  public void store(MemorySegment scratch, long at, long count, MemorySegment y, long to) {
    MemorySegment.copy(scratch, 4 * at, y, 4 * to, 4 * count);
  }
}

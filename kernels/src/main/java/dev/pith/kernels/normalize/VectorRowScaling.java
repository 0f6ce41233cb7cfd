package dev.pith.kernels.normalize;

import dev.pith.kernels.VectorFold;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link RowScaling} with the Vector API. */
final class VectorRowScaling implements RowScaling {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final int L = F.length();
  private static final long V = 4L * L;
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final RowScaling INSTANCE = new VectorRowScaling();

  private VectorRowScaling() {}

  private static FloatVector load(MemorySegment x, long at) {
    return FloatVector.fromMemorySegment(F, x, at, LE);
  }

  @Override
  public float sum(MemorySegment x, long at, long count) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    long i = 0;
    for (; i <= count - 4 * L; i += 4 * L) {
      long from = at + 4 * i;
      a = a.add(load(x, from));
      b = b.add(load(x, from + V));
      c = c.add(load(x, from + 2 * V));
      d = d.add(load(x, from + 3 * V));
    }
    float y = VectorFold.sum(a.add(b).add(c.add(d)));
    for (; i < count; i++) {
      y += x.get(Elements.F32, at + 4 * i);
    }
    return y;
  }

  @Override
  public float squares(MemorySegment x, long at, long count, float mean) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    long i = 0;
    for (; i <= count - 4 * L; i += 4 * L) {
      FloatVector v = load(x, at + 4 * i).sub(mean);
      a = v.fma(v, a);
      v = load(x, at + 4 * i + V).sub(mean);
      b = v.fma(v, b);
      v = load(x, at + 4 * i + 2 * V).sub(mean);
      c = v.fma(v, c);
      v = load(x, at + 4 * i + 3 * V).sub(mean);
      d = v.fma(v, d);
    }
    float y = VectorFold.sum(a.add(b).add(c.add(d)));
    for (; i < count; i++) {
      float v = x.get(Elements.F32, at + 4 * i) - mean;
      y += v * v;
    }
    return y;
  }

  @Override
  public void scale(MemorySegment x, long at, long count, float a, float b, MemorySegment y) {
    FloatVector factor = FloatVector.broadcast(F, a);
    FloatVector offset = FloatVector.broadcast(F, b);
    long i = 0;
    for (; i <= count - L; i += L) {
      load(x, at + 4 * i).fma(factor, offset).intoMemorySegment(y, at + 4 * i, LE);
    }
    for (; i < count; i++) {
      y.set(Elements.F32, at + 4 * i, Math.fma(x.get(Elements.F32, at + 4 * i), a, b));
    }
  }

  @Override
  public void scale(
      MemorySegment x,
      long at,
      long count,
      float mean,
      float inverse,
      MemorySegment scale,
      MemorySegment bias,
      MemorySegment y) {
    long i = 0;
    for (; i <= count - L; i += L) {
      FloatVector v = load(x, at + 4 * i).sub(mean).mul(inverse).mul(load(scale, 4 * i));
      v = bias == null ? v : v.add(load(bias, 4 * i));
      v.intoMemorySegment(y, at + 4 * i, LE);
    }
    for (; i < count; i++) {
      float v = (x.get(Elements.F32, at + 4 * i) - mean) * inverse * scale.get(Elements.F32, 4 * i);
      v = bias == null ? v : v + bias.get(Elements.F32, 4 * i);
      y.set(Elements.F32, at + 4 * i, v);
    }
  }
}

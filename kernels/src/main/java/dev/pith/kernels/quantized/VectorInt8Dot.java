package dev.pith.kernels.quantized;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link Int8Dot} with the Vector API, made for each width by {@link VectorWidths}. */
final class VectorInt8Dot implements Int8Dot {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int L = F.length();
  private static final long V = 4L * L;
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final Int8Dot INSTANCE = new VectorInt8Dot();

  private VectorInt8Dot() {}

  @Override
  public int block() {
    return 4 * L;
  }

  @Override
  public void unpack(MemorySegment x, long from, long count, int zero, MemorySegment to, long at) {
    long whole = count / (4 * L);
    FloatVector z = FloatVector.broadcast(F, zero);
    for (long i = 0; i < whole; i++) {
      IntVector quads = IntVector.fromMemorySegment(I, x, from + i * V, LE);
      long target = at + i * 4 * V;
      FloatVector f = (FloatVector) quads.and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(to, target, LE);
      f = (FloatVector) quads.lanewise(LSHR, 8).and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(to, target + V, LE);
      f = (FloatVector) quads.lanewise(LSHR, 16).and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(to, target + 2 * V, LE);
      f = (FloatVector) quads.lanewise(LSHR, 24).convert(I2F, 0);
      f.sub(z).intoMemorySegment(to, target + 3 * V, LE);
    }
    long last = whole * 4 * L;
    if (last < count) {
      for (int i = 0; i < 4 * L; i++) {
        float value = 0;
        if (last + i < count) {
          value = (x.get(ValueLayout.JAVA_BYTE, from + last + i) & 255) - zero;
        }
        to.set(Elements.F32, at + whole * 4 * V + ((i & 3) * L + (i >> 2)) * 4L, value);
      }
    }
  }

  @Override
  public int dot(MemorySegment weights, long w, MemorySegment x, long at, int blocks) {
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    for (int i = 0; i < blocks; i++) {
      IntVector quads = IntVector.fromMemorySegment(I, weights, w + i * V, LE);
      long from = at + i * 4 * V;
      FloatVector f = (FloatVector) quads.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
      c0 = f.fma(FloatVector.fromMemorySegment(F, x, from, LE), c0);
      f = (FloatVector) quads.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
      c1 = f.fma(FloatVector.fromMemorySegment(F, x, from + V, LE), c1);
      f = (FloatVector) quads.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
      c2 = f.fma(FloatVector.fromMemorySegment(F, x, from + 2 * V, LE), c2);
      f = (FloatVector) quads.lanewise(ASHR, 24).convert(I2F, 0);
      c3 = f.fma(FloatVector.fromMemorySegment(F, x, from + 3 * V, LE), c3);
    }
    IntVector sum = ((IntVector) c0.convert(F2I, 0)).add((IntVector) c1.convert(F2I, 0));
    sum = sum.add((IntVector) c2.convert(F2I, 0)).add((IntVector) c3.convert(F2I, 0));
    return sum.reduceLanes(ADD);
  }

  @Override
  public void dot4(
      MemorySegment weights,
      long w,
      MemorySegment x,
      long at,
      long stride,
      int blocks,
      MemorySegment s,
      long sums) {
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    long at1 = at + stride;
    long at2 = at1 + stride;
    long at3 = at2 + stride;
    for (int i = 0; i < blocks; i++) {
      IntVector quads = IntVector.fromMemorySegment(I, weights, w + i * V, LE);
      long by = i * 4 * V;
      FloatVector f = (FloatVector) quads.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
      c0 = f.fma(FloatVector.fromMemorySegment(F, x, at + by, LE), c0);
      c1 = f.fma(FloatVector.fromMemorySegment(F, x, at1 + by, LE), c1);
      c2 = f.fma(FloatVector.fromMemorySegment(F, x, at2 + by, LE), c2);
      c3 = f.fma(FloatVector.fromMemorySegment(F, x, at3 + by, LE), c3);
      by += V;
      f = (FloatVector) quads.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
      c0 = f.fma(FloatVector.fromMemorySegment(F, x, at + by, LE), c0);
      c1 = f.fma(FloatVector.fromMemorySegment(F, x, at1 + by, LE), c1);
      c2 = f.fma(FloatVector.fromMemorySegment(F, x, at2 + by, LE), c2);
      c3 = f.fma(FloatVector.fromMemorySegment(F, x, at3 + by, LE), c3);
      by += V;
      f = (FloatVector) quads.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
      c0 = f.fma(FloatVector.fromMemorySegment(F, x, at + by, LE), c0);
      c1 = f.fma(FloatVector.fromMemorySegment(F, x, at1 + by, LE), c1);
      c2 = f.fma(FloatVector.fromMemorySegment(F, x, at2 + by, LE), c2);
      c3 = f.fma(FloatVector.fromMemorySegment(F, x, at3 + by, LE), c3);
      by += V;
      f = (FloatVector) quads.lanewise(ASHR, 24).convert(I2F, 0);
      c0 = f.fma(FloatVector.fromMemorySegment(F, x, at + by, LE), c0);
      c1 = f.fma(FloatVector.fromMemorySegment(F, x, at1 + by, LE), c1);
      c2 = f.fma(FloatVector.fromMemorySegment(F, x, at2 + by, LE), c2);
      c3 = f.fma(FloatVector.fromMemorySegment(F, x, at3 + by, LE), c3);
    }
    int sum = ((IntVector) c0.convert(F2I, 0)).reduceLanes(ADD);
    s.set(Elements.I32, sums, s.get(Elements.I32, sums) + sum);
    sum = ((IntVector) c1.convert(F2I, 0)).reduceLanes(ADD);
    s.set(Elements.I32, sums + 4, s.get(Elements.I32, sums + 4) + sum);
    sum = ((IntVector) c2.convert(F2I, 0)).reduceLanes(ADD);
    s.set(Elements.I32, sums + 8, s.get(Elements.I32, sums + 8) + sum);
    sum = ((IntVector) c3.convert(F2I, 0)).reduceLanes(ADD);
    s.set(Elements.I32, sums + 12, s.get(Elements.I32, sums + 12) + sum);
  }
}

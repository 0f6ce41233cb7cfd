package dev.pith.kernels.quantized;

import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Int8Tile} with the Vector API, made for each width by {@link VectorWidths}.
 *
 * <p>Loops keep 16 accumulators (four rows by four vectors), which hides the latency of
 * multiply-adds. Vectors stay in the method that makes them: a call might allocate them.
 */
final class VectorInt8Tile implements Int8Tile {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int L = F.length();
  private static final long V = 4L * L;

  /** Bytes for as many lanes; there is none for vectors of 128 bits. */
  private static final VectorSpecies<Byte> B =
      L < 8 ? null : VectorSpecies.of(byte.class, VectorShape.forBitSize(8 * L));

  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** Adding 1.5 · 2²³ to |v| &lt; 2²² rounds it to an integer, half to even, in the low bits. */
  private static final float MAGIC = 12582912f;

  private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

  static final Int8Tile INSTANCE = new VectorInt8Tile();

  private VectorInt8Tile() {}

  @Override
  public int lanes() {
    return L;
  }

  @Override
  public void unpack(
      MemorySegment x,
      long base,
      long stride,
      int count,
      int zero,
      MemorySegment s,
      long staging,
      long a) {
    long last = x.byteSize() - V;
    FloatVector z = FloatVector.broadcast(F, zero);
    for (int i = 0; i < count; i++) {
      long at = base + i * stride;
      long to = a + i * 4 * V;
      IntVector quads;
      if (at <= last) {
        quads = IntVector.fromMemorySegment(I, x, at, LE);
      } else {
        MemorySegment.copy(x, at, s, staging, x.byteSize() - at);
        quads = IntVector.fromMemorySegment(I, s, staging, LE);
      }
      FloatVector f = (FloatVector) quads.and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(s, to, LE);
      f = (FloatVector) quads.lanewise(LSHR, 8).and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(s, to + V, LE);
      f = (FloatVector) quads.lanewise(LSHR, 16).and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(s, to + 2 * V, LE);
      f = (FloatVector) quads.lanewise(LSHR, 24).convert(I2F, 0);
      f.sub(z).intoMemorySegment(s, to + 3 * V, LE);
    }
  }

  @Override
  public void unpackWords(MemorySegment s, long words, long zeros, long a) {
    for (int v = 0; v < 4; v++) {
      IntVector quads = IntVector.fromMemorySegment(I, s, words + v * V, LE);
      FloatVector z = FloatVector.fromMemorySegment(F, s, zeros + v * V, LE);
      long to = a + v * V;
      FloatVector f = (FloatVector) quads.and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(s, to, LE);
      f = (FloatVector) quads.lanewise(LSHR, 8).and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(s, to + 4 * V, LE);
      f = (FloatVector) quads.lanewise(LSHR, 16).and(255).convert(I2F, 0);
      f.sub(z).intoMemorySegment(s, to + 8 * V, LE);
      f = (FloatVector) quads.lanewise(LSHR, 24).convert(I2F, 0);
      f.sub(z).intoMemorySegment(s, to + 12 * V, LE);
    }
  }

  @Override
  public void widen(MemorySegment weights, long at, int count, MemorySegment s, long w) {
    int i = 0;
    if (L >= 8) {
      for (; i < count && i + L <= weights.byteSize() - at; i += L) {
        ByteVector bytes = ByteVector.fromMemorySegment(B, weights, at + i, LE);
        ((FloatVector) bytes.convertShape(VectorOperators.B2F, F, 0))
            .intoMemorySegment(s, w + i * 4L, LE);
      }
    }
    for (; i < count; i++) {
      s.set(Elements.F32, w + i * 4L, weights.get(ValueLayout.JAVA_BYTE, at + i));
    }
  }

  @Override
  public void dense(MemorySegment s, long a, int k, long w0, long w1, long w2, long w3, long sums) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c03 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c13 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c23 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    FloatVector c33 = c00;
    for (int i = 0; i < k; i++) {
      long from = a + i * 4 * V;
      FloatVector a0 = FloatVector.fromMemorySegment(F, s, from, LE);
      FloatVector a1 = FloatVector.fromMemorySegment(F, s, from + V, LE);
      FloatVector a2 = FloatVector.fromMemorySegment(F, s, from + 2 * V, LE);
      FloatVector a3 = FloatVector.fromMemorySegment(F, s, from + 3 * V, LE);
      FloatVector w = FloatVector.broadcast(F, s.get(Elements.F32, w0 + i * 4L));
      c00 = w.fma(a0, c00);
      c01 = w.fma(a1, c01);
      c02 = w.fma(a2, c02);
      c03 = w.fma(a3, c03);
      w = FloatVector.broadcast(F, s.get(Elements.F32, w1 + i * 4L));
      c10 = w.fma(a0, c10);
      c11 = w.fma(a1, c11);
      c12 = w.fma(a2, c12);
      c13 = w.fma(a3, c13);
      w = FloatVector.broadcast(F, s.get(Elements.F32, w2 + i * 4L));
      c20 = w.fma(a0, c20);
      c21 = w.fma(a1, c21);
      c22 = w.fma(a2, c22);
      c23 = w.fma(a3, c23);
      w = FloatVector.broadcast(F, s.get(Elements.F32, w3 + i * 4L));
      c30 = w.fma(a0, c30);
      c31 = w.fma(a1, c31);
      c32 = w.fma(a2, c32);
      c33 = w.fma(a3, c33);
    }
    c00.intoMemorySegment(s, sums, LE);
    c01.intoMemorySegment(s, sums + V, LE);
    c02.intoMemorySegment(s, sums + 2 * V, LE);
    c03.intoMemorySegment(s, sums + 3 * V, LE);
    c10.intoMemorySegment(s, sums + 4 * V, LE);
    c11.intoMemorySegment(s, sums + 5 * V, LE);
    c12.intoMemorySegment(s, sums + 6 * V, LE);
    c13.intoMemorySegment(s, sums + 7 * V, LE);
    c20.intoMemorySegment(s, sums + 8 * V, LE);
    c21.intoMemorySegment(s, sums + 9 * V, LE);
    c22.intoMemorySegment(s, sums + 10 * V, LE);
    c23.intoMemorySegment(s, sums + 11 * V, LE);
    c30.intoMemorySegment(s, sums + 12 * V, LE);
    c31.intoMemorySegment(s, sums + 13 * V, LE);
    c32.intoMemorySegment(s, sums + 14 * V, LE);
    c33.intoMemorySegment(s, sums + 15 * V, LE);
  }

  @Override
  public void sparse(MemorySegment s, long a, long offsets, long w, int n, long sums) {
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    for (int i = 0; i < n; i++) {
      long at = a + s.get(Elements.I32, offsets + i * 4L);
      FloatVector x = FloatVector.broadcast(F, s.get(Elements.F32, w + i * 4L));
      c0 = x.fma(FloatVector.fromMemorySegment(F, s, at, LE), c0);
      c1 = x.fma(FloatVector.fromMemorySegment(F, s, at + V, LE), c1);
      c2 = x.fma(FloatVector.fromMemorySegment(F, s, at + 2 * V, LE), c2);
      c3 = x.fma(FloatVector.fromMemorySegment(F, s, at + 3 * V, LE), c3);
    }
    c0.intoMemorySegment(s, sums, LE);
    c1.intoMemorySegment(s, sums + V, LE);
    c2.intoMemorySegment(s, sums + 2 * V, LE);
    c3.intoMemorySegment(s, sums + 3 * V, LE);
  }

  @Override
  public void sparse2(MemorySegment s, long a, long b, long offsets, long w, int n, long sums) {
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector d0 = c0;
    FloatVector d1 = c0;
    FloatVector d2 = c0;
    FloatVector d3 = c0;
    for (int i = 0; i < n; i++) {
      int offset = s.get(Elements.I32, offsets + i * 4L);
      FloatVector x = FloatVector.broadcast(F, s.get(Elements.F32, w + i * 4L));
      long at = a + offset;
      c0 = x.fma(FloatVector.fromMemorySegment(F, s, at, LE), c0);
      c1 = x.fma(FloatVector.fromMemorySegment(F, s, at + V, LE), c1);
      c2 = x.fma(FloatVector.fromMemorySegment(F, s, at + 2 * V, LE), c2);
      c3 = x.fma(FloatVector.fromMemorySegment(F, s, at + 3 * V, LE), c3);
      at = b + offset;
      d0 = x.fma(FloatVector.fromMemorySegment(F, s, at, LE), d0);
      d1 = x.fma(FloatVector.fromMemorySegment(F, s, at + V, LE), d1);
      d2 = x.fma(FloatVector.fromMemorySegment(F, s, at + 2 * V, LE), d2);
      d3 = x.fma(FloatVector.fromMemorySegment(F, s, at + 3 * V, LE), d3);
    }
    c0.intoMemorySegment(s, sums, LE);
    c1.intoMemorySegment(s, sums + V, LE);
    c2.intoMemorySegment(s, sums + 2 * V, LE);
    c3.intoMemorySegment(s, sums + 3 * V, LE);
    d0.intoMemorySegment(s, sums + 4 * V, LE);
    d1.intoMemorySegment(s, sums + 5 * V, LE);
    d2.intoMemorySegment(s, sums + 6 * V, LE);
    d3.intoMemorySegment(s, sums + 7 * V, LE);
  }

  @Override
  public void sparseRows(
      MemorySegment s, long a, long offsets, long w0, long stride, int n, long sums) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c03 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c13 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c23 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    FloatVector c33 = c00;
    for (int i = 0; i < n; i++) {
      long from = a + s.get(Elements.I32, offsets + i * 4L);
      FloatVector a0 = FloatVector.fromMemorySegment(F, s, from, LE);
      FloatVector a1 = FloatVector.fromMemorySegment(F, s, from + V, LE);
      FloatVector a2 = FloatVector.fromMemorySegment(F, s, from + 2 * V, LE);
      FloatVector a3 = FloatVector.fromMemorySegment(F, s, from + 3 * V, LE);
      FloatVector w = FloatVector.broadcast(F, s.get(Elements.F32, w0 + i * 4L));
      c00 = w.fma(a0, c00);
      c01 = w.fma(a1, c01);
      c02 = w.fma(a2, c02);
      c03 = w.fma(a3, c03);
      w = FloatVector.broadcast(F, s.get(Elements.F32, w0 + stride + i * 4L));
      c10 = w.fma(a0, c10);
      c11 = w.fma(a1, c11);
      c12 = w.fma(a2, c12);
      c13 = w.fma(a3, c13);
      w = FloatVector.broadcast(F, s.get(Elements.F32, w0 + 2 * stride + i * 4L));
      c20 = w.fma(a0, c20);
      c21 = w.fma(a1, c21);
      c22 = w.fma(a2, c22);
      c23 = w.fma(a3, c23);
      w = FloatVector.broadcast(F, s.get(Elements.F32, w0 + 3 * stride + i * 4L));
      c30 = w.fma(a0, c30);
      c31 = w.fma(a1, c31);
      c32 = w.fma(a2, c32);
      c33 = w.fma(a3, c33);
    }
    c00.intoMemorySegment(s, sums, LE);
    c01.intoMemorySegment(s, sums + V, LE);
    c02.intoMemorySegment(s, sums + 2 * V, LE);
    c03.intoMemorySegment(s, sums + 3 * V, LE);
    c10.intoMemorySegment(s, sums + 4 * V, LE);
    c11.intoMemorySegment(s, sums + 5 * V, LE);
    c12.intoMemorySegment(s, sums + 6 * V, LE);
    c13.intoMemorySegment(s, sums + 7 * V, LE);
    c20.intoMemorySegment(s, sums + 8 * V, LE);
    c21.intoMemorySegment(s, sums + 9 * V, LE);
    c22.intoMemorySegment(s, sums + 10 * V, LE);
    c23.intoMemorySegment(s, sums + 11 * V, LE);
    c30.intoMemorySegment(s, sums + 12 * V, LE);
    c31.intoMemorySegment(s, sums + 13 * V, LE);
    c32.intoMemorySegment(s, sums + 14 * V, LE);
    c33.intoMemorySegment(s, sums + 15 * V, LE);
  }

  @Override
  public void fill(MemorySegment s, long acc, int value) {
    IntVector v = IntVector.broadcast(I, value);
    for (int j = 0; j < 4; j++) {
      v.intoMemorySegment(s, acc + j * V, LE);
    }
  }

  @Override
  public void accumulate(MemorySegment s, long sums, long acc) {
    for (int j = 0; j < 4; j++) {
      FloatVector sum = FloatVector.fromMemorySegment(F, s, sums + j * V, LE);
      IntVector old = IntVector.fromMemorySegment(I, s, acc + j * V, LE);
      old.add((IntVector) sum.convert(F2I, 0)).intoMemorySegment(s, acc + j * V, LE);
    }
  }

  @Override
  public void requantize(
      MemorySegment s,
      long acc,
      float scale,
      int zero,
      int low,
      int high,
      MemorySegment y,
      long at) {
    FloatVector least = FloatVector.broadcast(F, low - zero);
    FloatVector most = FloatVector.broadcast(F, high - zero);
    IntVector word = IntVector.zero(I);
    for (int j = 3; j >= 0; j--) {
      IntVector sum = IntVector.fromMemorySegment(I, s, acc + j * V, LE);
      FloatVector v = ((FloatVector) sum.convert(I2F, 0)).mul(scale);
      // Clamping first, to integers, gives the same, and then adding cannot leave its range.
      v = v.blend(least, v.compare(LT, least));
      v = v.blend(most, v.compare(GT, most));
      IntVector q = v.add(MAGIC).reinterpretAsInts().sub(MAGIC_BITS - zero);
      word = word.lanewise(LSHL, 8).or(q.and(255));
    }
    word.intoMemorySegment(y, at, LE);
  }

  @Override
  public void requantizeWords(
      MemorySegment s,
      long acc,
      long stride,
      MemorySegment scaleValues,
      long scales,
      int zero,
      int low,
      int high,
      long words) {
    FloatVector least = FloatVector.broadcast(F, low - zero);
    FloatVector most = FloatVector.broadcast(F, high - zero);
    for (int i = 0; i < 4; i++) {
      IntVector word = IntVector.zero(I);
      for (int j = 3; j >= 0; j--) {
        IntVector sum = IntVector.fromMemorySegment(I, s, acc + j * stride + i * V, LE);
        float scale = scaleValues.get(Elements.F32, scales + j * 4L);
        FloatVector v = ((FloatVector) sum.convert(I2F, 0)).mul(scale);
        v = v.blend(least, v.compare(LT, least));
        v = v.blend(most, v.compare(GT, most));
        IntVector q = v.add(MAGIC).reinterpretAsInts().sub(MAGIC_BITS - zero);
        word = word.lanewise(LSHL, 8).or(q.and(255));
      }
      word.intoMemorySegment(s, words + i * V, LE);
    }
  }

  @Override
  public void depthwise(
      MemorySegment x,
      long at,
      MemorySegment s,
      long offsets,
      long w,
      int taps,
      int start,
      long acc) {
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    for (int i = 0; i < taps; i++) {
      IntVector quads =
          IntVector.fromMemorySegment(I, x, at + s.get(Elements.I32, offsets + i * 4L), LE);
      FloatVector b = FloatVector.broadcast(F, s.get(Elements.F32, w + i * 4L));
      c0 = b.fma((FloatVector) quads.and(255).convert(I2F, 0), c0);
      c1 = b.fma((FloatVector) quads.lanewise(LSHR, 8).and(255).convert(I2F, 0), c1);
      c2 = b.fma((FloatVector) quads.lanewise(LSHR, 16).and(255).convert(I2F, 0), c2);
      c3 = b.fma((FloatVector) quads.lanewise(LSHR, 24).convert(I2F, 0), c3);
    }
    ((IntVector) c0.convert(F2I, 0)).add(start).intoMemorySegment(s, acc, LE);
    ((IntVector) c1.convert(F2I, 0)).add(start).intoMemorySegment(s, acc + V, LE);
    ((IntVector) c2.convert(F2I, 0)).add(start).intoMemorySegment(s, acc + 2 * V, LE);
    ((IntVector) c3.convert(F2I, 0)).add(start).intoMemorySegment(s, acc + 3 * V, LE);
  }
}

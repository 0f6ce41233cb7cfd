package dev.pith.kernels.elementwise;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** {@link SelectLoop} with the Vector API, made for each width by {@link VectorWidths}. */
final class VectorSelectLoop implements SelectLoop {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int L = I.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
  private static final long LOW_BITS = 0x0101010101010101L;

  static final SelectLoop INSTANCE = new VectorSelectLoop();

  private VectorSelectLoop() {}

  @Override
  public void run(
      MemorySegment c,
      long cAt,
      MemorySegment x,
      long xAt,
      boolean scalarX,
      MemorySegment y,
      long yAt,
      boolean scalarY,
      MemorySegment z,
      long at,
      long n) {
    IntVector a = IntVector.broadcast(I, x.get(Elements.I32, xAt));
    IntVector b = IntVector.broadcast(I, y.get(Elements.I32, yAt));
    long i = 0;
    if (scalarX) {
      for (; i <= n - L; i += L) {
        IntVector right = scalarY ? b : IntVector.fromMemorySegment(I, y, yAt + i * 4, LE);
        right.blend(a, mask(c, cAt + i)).intoMemorySegment(z, at + i * 4, LE);
      }
    } else if (scalarY) {
      for (; i <= n - L; i += L) {
        IntVector left = IntVector.fromMemorySegment(I, x, xAt + i * 4, LE);
        b.blend(left, mask(c, cAt + i)).intoMemorySegment(z, at + i * 4, LE);
      }
    } else {
      for (; i <= n - L; i += L) {
        IntVector left = IntVector.fromMemorySegment(I, x, xAt + i * 4, LE);
        IntVector right = IntVector.fromMemorySegment(I, y, yAt + i * 4, LE);
        right.blend(left, mask(c, cAt + i)).intoMemorySegment(z, at + i * 4, LE);
      }
    }
    for (; i < n; i++) {
      boolean left = c.get(JAVA_BYTE, cAt + i) != 0;
      int value =
          left
              ? x.get(Elements.I32, scalarX ? xAt : xAt + i * 4)
              : y.get(Elements.I32, scalarY ? yAt : yAt + i * 4);
      z.set(Elements.I32, at + i * 4, value);
    }
  }

  /** The lanes whose byte is not 0. */
  private static VectorMask<Integer> mask(MemorySegment c, long at) {
    if (L == 4) {
      return VectorMask.fromLong(I, lanes(c.get(Elements.I32, at) & 0xFFFFFFFFL));
    }
    long lanes = lanes(c.get(Elements.I64, at));
    if (L == 16) {
      lanes |= lanes(c.get(Elements.I64, at + 8)) << 8;
    }
    return VectorMask.fromLong(I, lanes);
  }

  /** One bit for each byte of {@code bytes} that is not 0. */
  private static long lanes(long bytes) {
    long any = bytes | bytes >>> 4;
    any |= any >>> 2;
    any |= any >>> 1;
    return Long.compress(any, LOW_BITS);
  }
}

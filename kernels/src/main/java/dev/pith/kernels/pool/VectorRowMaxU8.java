package dev.pith.kernels.pool;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.VectorWidths;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Maxima of U8 rows with the Vector API. Rows are combined as they are; only cells along a row with
 * a stride are compared one by one.
 */
final class VectorRowMaxU8 implements RowPooling {

  private static final VectorSpecies<Byte> B =
      VectorWidths.floats(MethodHandles.lookup()).withLanes(byte.class);
  private static final int L = B.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final RowPooling INSTANCE = new VectorRowMaxU8();

  private VectorRowMaxU8() {}

  @Override
  public int slack() {
    return L;
  }

  @Override
  public void clear(MemorySegment line, long at, int count) {
    for (int i = 0; i < count; i += L) {
      ByteVector.zero(B).intoMemorySegment(line, at + i, LE);
    }
  }

  @Override
  public void combine(MemorySegment x, long from, MemorySegment line, long at, int count) {
    int i = 0;
    for (; i <= count - L; i += L) {
      ByteVector v = ByteVector.fromMemorySegment(B, x, from + i, LE);
      ByteVector old = ByteVector.fromMemorySegment(B, line, at + i, LE);
      old.lanewise(VectorOperators.UMAX, v).intoMemorySegment(line, at + i, LE);
    }
    for (; i < count; i++) {
      int best = Math.max(line.get(JAVA_BYTE, at + i) & 255, x.get(JAVA_BYTE, from + i) & 255);
      line.set(JAVA_BYTE, at + i, (byte) best);
    }
  }

  @Override
  public void store(MemorySegment line, PoolRows rows, int rowCount, MemorySegment y, long to) {
    int width = rows.outputWidth;
    int j = 0;
    if (rows.stride == 1) {
      for (; j <= width - L; j += L) {
        ByteVector best = ByteVector.fromMemorySegment(B, line, j, LE);
        for (int tap = 1; tap < rows.kernel; tap++) {
          ByteVector v = ByteVector.fromMemorySegment(B, line, j + (long) tap * rows.dilation, LE);
          best = best.lanewise(VectorOperators.UMAX, v);
        }
        best.intoMemorySegment(y, to + j, LE);
      }
    }
    for (; j < width; j++) {
      int best = 0;
      for (int tap = 0; tap < rows.kernel; tap++) {
        long at = (long) j * rows.stride + (long) tap * rows.dilation;
        best = Math.max(best, line.get(JAVA_BYTE, at) & 255);
      }
      y.set(JAVA_BYTE, to + j, (byte) best);
    }
  }
}

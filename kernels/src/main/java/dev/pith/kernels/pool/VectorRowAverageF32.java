package dev.pith.kernels.pool;

import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Averages of F32 rows with the Vector API; a window that counts no cell gives 0. */
final class VectorRowAverageF32 implements RowPooling {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final int L = F.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
  private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(F, lane -> 2 * lane % L);
  private static final VectorMask<Float> UPPER = VectorMask.fromLong(F, (1L << L) - (1L << L / 2));

  static final RowPooling INSTANCE = new VectorRowAverageF32();

  private VectorRowAverageF32() {}

  @Override
  public int slack() {
    return 2 * L;
  }

  @Override
  public void clear(MemorySegment line, long at, int count) {
    for (int i = 0; i < count; i += L) {
      FloatVector.zero(F).intoMemorySegment(line, at + 4L * i, LE);
    }
  }

  @Override
  public void combine(MemorySegment x, long from, MemorySegment line, long at, int count) {
    int i = 0;
    for (; i <= count - L; i += L) {
      FloatVector v = FloatVector.fromMemorySegment(F, x, from + 4L * i, LE);
      FloatVector old = FloatVector.fromMemorySegment(F, line, at + 4L * i, LE);
      old.add(v).intoMemorySegment(line, at + 4L * i, LE);
    }
    for (; i < count; i++) {
      float sum = line.get(Elements.F32, at + 4L * i) + x.get(Elements.F32, from + 4L * i);
      line.set(Elements.F32, at + 4L * i, sum);
    }
  }

  @Override
  public void store(MemorySegment line, PoolRows rows, int rowCount, MemorySegment y, long to) {
    int width = rows.outputWidth;
    float[] counts = rows.counts();
    int j = 0;
    if (rows.stride <= 2) {
      for (; j <= width - L; j += L) {
        long at = 4L * j * rows.stride;
        FloatVector sum = cells(line, at, rows.stride);
        for (int tap = 1; tap < rows.kernel; tap++) {
          sum = sum.add(cells(line, at + 4L * tap * rows.dilation, rows.stride));
        }
        FloatVector count = FloatVector.fromArray(F, counts, j).mul(rowCount).max(1);
        sum.div(count).intoMemorySegment(y, to + 4L * j, LE);
      }
    }
    for (; j < width; j++) {
      float sum = 0;
      for (int tap = 0; tap < rows.kernel; tap++) {
        long at = 4L * ((long) j * rows.stride + (long) tap * rows.dilation);
        sum += line.get(Elements.F32, at);
      }
      y.set(Elements.F32, to + 4L * j, sum / Math.max(counts[j] * rowCount, 1));
    }
  }

  private static FloatVector cells(MemorySegment line, long at, int stride) {
    FloatVector low = FloatVector.fromMemorySegment(F, line, at, LE);
    if (stride == 1) {
      return low;
    }
    FloatVector high = FloatVector.fromMemorySegment(F, line, at + 4L * L, LE);
    return low.rearrange(EVEN).blend(high.rearrange(EVEN), UPPER);
  }
}

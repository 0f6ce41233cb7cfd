package dev.pith.kernels.resample;

import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link RowBlend} with the Vector API. */
final class VectorRowBlend implements RowBlend {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final int L = F.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final RowBlend INSTANCE = new VectorRowBlend();

  private VectorRowBlend() {}

  @Override
  public void blend(
      MemorySegment x, long at, int count, float weight, boolean add, MemorySegment line) {
    int i = 0;
    for (; i <= count - L; i += L) {
      FloatVector v = FloatVector.fromMemorySegment(F, x, at + 4L * i, LE).mul(weight);
      v = add ? v.add(FloatVector.fromMemorySegment(F, line, 4L * i, LE)) : v;
      v.intoMemorySegment(line, 4L * i, LE);
    }
    for (; i < count; i++) {
      float v = x.get(Elements.F32, at + 4L * i) * weight;
      line.set(Elements.F32, 4L * i, add ? v + line.get(Elements.F32, 4L * i) : v);
    }
  }
}

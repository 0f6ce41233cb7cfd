package dev.pith.kernels.quantized;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.pith.kernels.VectorWidths;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Int8Elements} with the Vector API, made for each width by {@link VectorWidths}. Four bytes
 * are taken from and put into each 32-bit lane by shifts.
 */
final class VectorInt8Elements implements Int8Elements {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int STEP = 4 * F.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** Adding 1.5 · 2²³ to |v| &lt; 2²² rounds it to an integer, half to even, in the low bits. */
  private static final float MAGIC = 12582912f;

  private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

  static final Int8Elements INSTANCE = new VectorInt8Elements();

  private VectorInt8Elements() {}

  @Override
  public long add(
      QAddProblem p, MemorySegment a, MemorySegment b, MemorySegment y, long from, long to) {
    float least = p.low() - p.zeroPoint();
    float most = p.high() - p.zeroPoint();
    int zero = MAGIC_BITS - p.zeroPoint();
    long i = from;
    for (; i + STEP <= to; i += STEP) {
      IntVector fours = IntVector.fromMemorySegment(I, a, i, LE);
      IntVector others = IntVector.fromMemorySegment(I, b, i, LE);
      IntVector word = IntVector.zero(I);
      for (int shift = 24; shift >= 0; shift -= 8) {
        IntVector v = fours.lanewise(LSHR, shift).and(255).sub(p.aZeroPoint());
        IntVector w = others.lanewise(LSHR, shift).and(255).sub(p.bZeroPoint());
        FloatVector f = ((FloatVector) v.convert(I2F, 0)).mul(p.aRatio());
        // Product and sum are rounded one by one: no fused multiply-add.
        f = f.add(((FloatVector) w.convert(I2F, 0)).mul(p.bRatio()));
        f = FloatVector.broadcast(F, least).blend(f, f.compare(GT, least));
        f = f.blend(most, f.compare(GE, most));
        IntVector q = f.add(MAGIC).reinterpretAsInts().sub(zero);
        word = word.lanewise(LSHL, 8).or(q.and(255));
      }
      word.intoMemorySegment(y, i, LE);
    }
    return i;
  }
}

package dev.pith.kernels.recurrent;

import dev.pith.kernels.VectorFold;
import dev.pith.kernels.VectorMath;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link StepLoops} with the Vector API: four rows of a product at a time share each load of x;
 * sigmoid and tanh are computed in vectors.
 */
final class VectorStepLoops implements StepLoops {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final int L = F.length();
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final StepLoops INSTANCE = new VectorStepLoops();

  private VectorStepLoops() {}

  private static FloatVector load(MemorySegment x, long at) {
    return FloatVector.fromMemorySegment(F, x, at, LE);
  }

  @Override
  public void products(
      MemorySegment w,
      long row,
      int rows,
      int columns,
      MemorySegment x,
      long at,
      MemorySegment y,
      long to) {
    int i = 0;
    for (; i <= rows - 4; i += 4) {
      four(w, 4 * (row + i) * columns, columns, x, at, y, to + 4L * i);
    }
    for (; i < rows; i++) {
      long from = 4 * (row + i) * columns;
      FloatVector sum = FloatVector.zero(F);
      int k = 0;
      for (; k <= columns - L; k += L) {
        sum = load(w, from + 4L * k).fma(load(x, at + 4L * k), sum);
      }
      float total = VectorFold.sum(sum) + tail(w, from, k, columns, x, at);
      y.set(Elements.F32, to + 4L * i, y.get(Elements.F32, to + 4L * i) + total);
    }
  }

  private static void four(
      MemorySegment w, long from, int columns, MemorySegment x, long at, MemorySegment y, long to) {
    long step = 4L * columns;
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int k = 0;
    for (; k <= columns - L; k += L) {
      FloatVector v = load(x, at + 4L * k);
      a = load(w, from + 4L * k).fma(v, a);
      b = load(w, from + step + 4L * k).fma(v, b);
      c = load(w, from + 2 * step + 4L * k).fma(v, c);
      d = load(w, from + 3 * step + 4L * k).fma(v, d);
    }
    add(y, to, VectorFold.sum(a) + tail(w, from, k, columns, x, at));
    add(y, to + 4, VectorFold.sum(b) + tail(w, from + step, k, columns, x, at));
    add(y, to + 8, VectorFold.sum(c) + tail(w, from + 2 * step, k, columns, x, at));
    add(y, to + 12, VectorFold.sum(d) + tail(w, from + 3 * step, k, columns, x, at));
  }

  private static void add(MemorySegment y, long to, float value) {
    y.set(Elements.F32, to, y.get(Elements.F32, to) + value);
  }

  private static float tail(
      MemorySegment w, long from, int k, int columns, MemorySegment x, long at) {
    float sum = 0;
    for (; k < columns; k++) {
      sum += w.get(Elements.F32, from + 4L * k) * x.get(Elements.F32, at + 4L * k);
    }
    return sum;
  }

  @Override
  public void activate(Gate gate, float clip, MemorySegment x, long at, int count) {
    float bound = clip == 0 ? Float.POSITIVE_INFINITY : clip;
    int i = 0;
    if (gate.kind() == Gate.Kind.SIGMOID) {
      for (; i <= count - L; i += L) {
        FloatVector v = load(x, at + 4L * i).min(bound).max(-bound);
        VectorMath.sigmoid(v).intoMemorySegment(x, at + 4L * i, LE);
      }
    } else if (gate.kind() == Gate.Kind.TANH) {
      for (; i <= count - L; i += L) {
        FloatVector v = load(x, at + 4L * i).min(bound).max(-bound);
        VectorMath.tanh(v).intoMemorySegment(x, at + 4L * i, LE);
      }
    }
    for (; i < count; i++) {
      float v = Math.min(Math.max(x.get(Elements.F32, at + 4L * i), -bound), bound);
      x.set(Elements.F32, at + 4L * i, gate.apply(v));
    }
  }
}

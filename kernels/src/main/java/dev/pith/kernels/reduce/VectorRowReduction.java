package dev.pith.kernels.reduce;

import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import dev.pith.kernels.VectorFold;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link RowReduction} with the Vector API: four accumulators, so that additions need not wait for
 * each other. Which function a loop applies is decided once a loop by small methods that the
 * compiler inlines with a constant.
 */
final class VectorRowReduction implements RowReduction {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final int L = F.length();
  private static final long V = 4L * L;
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final RowReduction INSTANCE = new VectorRowReduction();

  private VectorRowReduction() {}

  @Override
  public int width() {
    return L;
  }

  private static float start(ReduceFunction f) {
    return switch (f) {
      case PROD -> 1;
      case MAX -> Float.NEGATIVE_INFINITY;
      case MIN -> Float.POSITIVE_INFINITY;
      default -> 0;
    };
  }

  private static FloatVector load(MemorySegment x, long at) {
    return FloatVector.fromMemorySegment(F, x, at, LE);
  }

  @Override
  public float row(ReduceFunction f, MemorySegment x, long at, long count) {
    return finish(
        f,
        switch (f) {
          case SUM, MEAN, LOG_SUM -> sum(x, at, count);
          case L1 -> absolutes(x, at, count);
          case L2, SUM_SQUARE -> squares(x, at, count);
          case MAX -> max(x, at, count);
          case MIN -> min(x, at, count);
          case PROD -> product(x, at, count);
          case LOG_SUM_EXP -> throw new IllegalStateException("exponentials have no row loop");
        },
        count);
  }

  private static float finish(ReduceFunction f, float y, long count) {
    return switch (f) {
      case MEAN -> y / count;
      case L2 -> (float) Math.sqrt(y);
      case LOG_SUM -> (float) Math.log(y);
      default -> y;
    };
  }

  private static float sum(MemorySegment x, long at, long count) {
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
    for (; i <= count - L; i += L) {
      a = a.add(load(x, at + 4 * i));
    }
    float y = VectorFold.sum(a.add(b).add(c.add(d)));
    for (; i < count; i++) {
      y += x.get(Elements.F32, at + 4 * i);
    }
    return y;
  }

  private static float absolutes(MemorySegment x, long at, long count) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    long i = 0;
    for (; i <= count - 2 * L; i += 2 * L) {
      a = a.add(load(x, at + 4 * i).abs());
      b = b.add(load(x, at + 4 * i + V).abs());
    }
    float y = VectorFold.sum(a.add(b));
    for (; i < count; i++) {
      y += Math.abs(x.get(Elements.F32, at + 4 * i));
    }
    return y;
  }

  private static float squares(MemorySegment x, long at, long count) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    long i = 0;
    for (; i <= count - 4 * L; i += 4 * L) {
      FloatVector v = load(x, at + 4 * i);
      a = v.fma(v, a);
      v = load(x, at + 4 * i + V);
      b = v.fma(v, b);
      v = load(x, at + 4 * i + 2 * V);
      c = v.fma(v, c);
      v = load(x, at + 4 * i + 3 * V);
      d = v.fma(v, d);
    }
    float y = VectorFold.sum(a.add(b).add(c.add(d)));
    for (; i < count; i++) {
      float v = x.get(Elements.F32, at + 4 * i);
      y += v * v;
    }
    return y;
  }

  private static float max(MemorySegment x, long at, long count) {
    FloatVector a = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    long i = 0;
    for (; i <= count - 2 * L; i += 2 * L) {
      a = a.max(load(x, at + 4 * i));
      b = b.max(load(x, at + 4 * i + V));
    }
    float y = a.max(b).reduceLanes(MAX);
    for (; i < count; i++) {
      y = Math.max(y, x.get(Elements.F32, at + 4 * i));
    }
    return y;
  }

  private static float min(MemorySegment x, long at, long count) {
    FloatVector a = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
    FloatVector b = a;
    long i = 0;
    for (; i <= count - 2 * L; i += 2 * L) {
      a = a.min(load(x, at + 4 * i));
      b = b.min(load(x, at + 4 * i + V));
    }
    float y = a.min(b).reduceLanes(MIN);
    for (; i < count; i++) {
      y = Math.min(y, x.get(Elements.F32, at + 4 * i));
    }
    return y;
  }

  private static float product(MemorySegment x, long at, long count) {
    FloatVector a = FloatVector.broadcast(F, 1);
    long i = 0;
    for (; i <= count - L; i += L) {
      a = a.mul(load(x, at + 4 * i));
    }
    float y = VectorFold.product(a);
    for (; i < count; i++) {
      y *= x.get(Elements.F32, at + 4 * i);
    }
    return y;
  }

  @Override
  public void columns(
      ReduceFunction f, MemorySegment x, long at, long count, long step, MemorySegment y, long to) {
    FloatVector a = FloatVector.broadcast(F, start(f));
    switch (f) {
      case SUM, MEAN, LOG_SUM -> {
        for (long i = 0; i < count; i++) {
          a = a.add(load(x, at + i * step));
        }
      }
      case L1 -> {
        for (long i = 0; i < count; i++) {
          a = a.add(load(x, at + i * step).abs());
        }
      }
      case L2, SUM_SQUARE -> {
        for (long i = 0; i < count; i++) {
          FloatVector v = load(x, at + i * step);
          a = v.fma(v, a);
        }
      }
      case MAX -> {
        for (long i = 0; i < count; i++) {
          a = a.max(load(x, at + i * step));
        }
      }
      case MIN -> {
        for (long i = 0; i < count; i++) {
          a = a.min(load(x, at + i * step));
        }
      }
      case PROD -> {
        for (long i = 0; i < count; i++) {
          a = a.mul(load(x, at + i * step));
        }
      }
      case LOG_SUM_EXP -> throw new IllegalStateException("exponentials have no column loop");
    }
    for (int lane = 0; lane < L && f == ReduceFunction.LOG_SUM; lane++) {
      a = a.withLane(lane, (float) Math.log(a.lane(lane)));
    }
    a = f == ReduceFunction.MEAN ? a.div((float) count) : f == ReduceFunction.L2 ? a.sqrt() : a;
    a.intoMemorySegment(y, to, LE);
  }
}

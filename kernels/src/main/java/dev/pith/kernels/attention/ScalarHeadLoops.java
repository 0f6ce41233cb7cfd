package dev.pith.kernels.attention;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link HeadLoops} in double precision, for every element type.
 *
 * @param dtype element type outside scratch
 */
record ScalarHeadLoops(DType dtype) implements HeadLoops {

  @Override
  public double dot(MemorySegment a, long at, MemorySegment b, long from, long count) {
    double sum = 0;
    for (long i = 0; i < count; i++) {
      sum += Elements.getDouble(dtype, a, at + i) * Elements.getDouble(dtype, b, from + i);
    }
    return sum;
  }

  @Override
  public double get(MemorySegment scratch, long index) {
    return scratch.get(Elements.F64, index * 8);
  }

  @Override
  public void set(MemorySegment scratch, long index, double value) {
    scratch.set(Elements.F64, index * 8, value);
  }

  @Override
  public void softmax(MemorySegment scratch, long count) {
    double max = Double.NEGATIVE_INFINITY;
    for (long i = 0; i < count; i++) {
      max = Math.max(max, get(scratch, i));
    }
    double sum = 0;
    for (long i = 0; i < count; i++) {
      double e = max == Double.NEGATIVE_INFINITY ? 0 : Math.exp(get(scratch, i) - max);
      set(scratch, i, e);
      sum += e;
    }
    for (long i = 0; i < count && sum != 0; i++) {
      set(scratch, i, get(scratch, i) / sum);
    }
  }

  @Override
  public void add(
      double weight, MemorySegment v, long at, long count, MemorySegment scratch, long to) {
    for (long i = 0; i < count; i++) {
      double sum = get(scratch, to + i) + weight * Elements.getDouble(dtype, v, at + i);
      set(scratch, to + i, sum);
    }
  }

  @Override
  public void store(MemorySegment scratch, long at, long count, MemorySegment y, long to) {
    for (long i = 0; i < count; i++) {
      Elements.setDouble(dtype, y, to + i, get(scratch, at + i));
    }
  }
}

package dev.pith.kernels.movement;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Tuples of indices stored one behind the other, read as places in a row-major grid. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IndexTuples(DType type, long[] extents) {

  static IndexTuples of(DType type, List<Long> extents) {
    return new IndexTuples(type, extents.stream().mapToLong(Long::longValue).toArray());
  }

  /** The place that tuple {@code tuple} names. */
  long place(MemorySegment indices, long tuple) {
    long place = 0;
    long at = tuple * extents.length;
    for (long extent : extents) {
      place = place * extent + index(type, indices, at++, extent);
    }
    return place;
  }

  /** Index {@code at}, counted from the front. */
  static long index(DType type, MemorySegment indices, long at, long extent) {
    long index =
        type == DType.I32 ? indices.get(Elements.I32, at * 4) : indices.get(Elements.I64, at * 8);
    if (index < -extent || index >= extent) {
      throw new IllegalArgumentException(
          "index " + index + " (number " + at + ") is outside [" + -extent + ", " + extent + ")");
    }
    return index < 0 ? index + extent : index;
  }
}

package dev.pith.kernels.search;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** The order of elements of any type; NaN is above every number, −0.0 equals 0.0. */
final class ElementOrder {

  private ElementOrder() {}

  /** Compares elements {@code a} and {@code b} of {@code x}. */
  static int compare(DType type, MemorySegment x, long a, long b) {
    if (type.isFloat()) {
      double p = Elements.getDouble(type, x, a);
      double q = Elements.getDouble(type, x, b);
      return p < q ? -1 : p > q ? 1 : p == q ? 0 : Double.compare(p, q);
    }
    long p = Elements.getLong(type, x, a);
    long q = Elements.getLong(type, x, b);
    return type == DType.U64 ? Long.compareUnsigned(p, q) : Long.compare(p, q);
  }
}

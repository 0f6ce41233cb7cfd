package dev.pith.kernels.normalize;

import java.lang.foreign.MemorySegment;

/** Inner loops of F32 normalization; offsets are in bytes. Implementations are stateless. */
interface RowScaling {

  /** Σ x of {@code count} neighbours. */
  float sum(MemorySegment x, long at, long count);

  /** Σ (x − mean)². */
  float squares(MemorySegment x, long at, long count, float mean);

  /** y = x · a + b with the same a and b for all elements. */
  void scale(MemorySegment x, long at, long count, float a, float b, MemorySegment y);

  /**
   * y = (x − mean) · inverse · scale + bias with a scale and a bias for each element; y is written
   * at the place x is read from.
   *
   * @param bias {@code null} for none
   */
  void scale(
      MemorySegment x,
      long at,
      long count,
      float mean,
      float inverse,
      MemorySegment scale,
      MemorySegment bias,
      MemorySegment y);
}

package dev.pith.kernels.elementwise;

import java.lang.foreign.MemorySegment;

/** Chooses between 32-bit elements along a row; offsets are in bytes. */
interface SelectLoop {

  /**
   * z[i] = c[i] ≠ 0 ? x[i] : y[i], where x or y may be one element for the whole row.
   *
   * @param scalarX whether only the first element of x is used
   * @param scalarY whether only the first element of y is used
   */
  void run(
      MemorySegment c,
      long cAt,
      MemorySegment x,
      long xAt,
      boolean scalarX,
      MemorySegment y,
      long yAt,
      boolean scalarY,
      MemorySegment z,
      long at,
      long n);
}

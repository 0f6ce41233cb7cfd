package dev.pith.kernels.elementwise;

import java.lang.foreign.MemorySegment;

/** One function of F32 operands along a row; offsets are in bytes. */
interface BinaryLoop {

  /** z[i] = f(x[i], y[i]). */
  void rows(MemorySegment x, long xAt, MemorySegment y, long yAt, MemorySegment z, long at, long n);

  /** z[i] = f(x[i], y). */
  void right(MemorySegment x, long xAt, float y, MemorySegment z, long at, long n);

  /** z[i] = f(x, y[i]). */
  void left(float x, MemorySegment y, long yAt, MemorySegment z, long at, long n);
}

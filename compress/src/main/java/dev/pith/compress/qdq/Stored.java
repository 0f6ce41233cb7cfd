package dev.pith.compress.qdq;

import dev.pith.kernels.tensor.DType;

/**
 * A value of 8-bit integers that stands for real numbers: real = scale · (q − zeroPoint).
 *
 * @param name the value's name
 * @param dtype U8 or I8
 * @param scale positive
 * @param zeroPoint within the range of {@code dtype}
 */
record Stored(String name, DType dtype, float scale, int zeroPoint) {

  /** Whether operations on U8 can read it. */
  boolean isUnsigned() {
    return dtype == DType.U8;
  }
}

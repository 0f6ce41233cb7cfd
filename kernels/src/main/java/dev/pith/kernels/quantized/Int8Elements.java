package dev.pith.kernels.quantized;

import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** Inner loops of 8-bit elementwise operations: the same bits as their scalar forms. */
interface Int8Elements {

  /** The loops made for the vectors of {@code target}. */
  static Int8Elements of(Target target) {
    return VectorWidths.of(
        MethodHandles.lookup(), Int8Elements.class, VectorInt8Elements.class, target.vectorBits());
  }

  /**
   * Adds elements {@code from} to {@code to} of two tensors of one shape.
   *
   * @return the first element that is left
   */
  long add(
      QAddProblem problem, MemorySegment a, MemorySegment b, MemorySegment y, long from, long to);
}

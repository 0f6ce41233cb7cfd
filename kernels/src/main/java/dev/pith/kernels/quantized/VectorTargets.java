package dev.pith.kernels.quantized;

import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import java.lang.invoke.MethodHandles;

/** Which targets vector kernels support, and the inner loops made for them. */
final class VectorTargets {

  private VectorTargets() {}

  /** Whether {@code target} is a processor with the Vector API. */
  static Support supports(Target target) {
    return target.supportsVectors();
  }

  /**
   * Whether {@code m} rows of activations are so few that dot products beat tiles on {@code
   * target}.
   */
  static Support supportsRows(long m, Target target) {
    Support support = supports(target);
    int most = target.vectorBits() / 32;
    return support.isSupported() && m > most
        ? Support.no("%d rows fill tiles; dot products are for at most %d", m, most)
        : support;
  }

  /** Inner loops of dot products. */
  static Int8Dot dot(Target target) {
    return VectorWidths.of(
        MethodHandles.lookup(), Int8Dot.class, VectorInt8Dot.class, target.vectorBits());
  }

  /** Inner loops of matrix products. */
  static Int8Tile tile(Target target) {
    return VectorWidths.of(
        MethodHandles.lookup(), Int8Tile.class, VectorInt8Tile.class, target.vectorBits());
  }
}

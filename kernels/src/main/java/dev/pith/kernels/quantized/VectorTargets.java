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
    if (!target.isCpu()) {
      return Support.no("the target is %s, not a CPU", target.kind());
    }
    int bits = target.vectorBits();
    return bits == 128 || bits == 256 || bits == 512
        ? Support.YES
        : Support.no("vectors of %d bits: 128, 256 and 512 are supported", bits);
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

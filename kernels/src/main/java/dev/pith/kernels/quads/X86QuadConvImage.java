package dev.pith.kernels.quads;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.quads.X86QuadConvCode.Args;
import dev.pith.kernels.x86.ArgumentImage;
import java.lang.foreign.MemorySegment;

/** The arguments of {@link X86QuadConvCode} as far as they stay the same for a layer. */
final class X86QuadConvImage {

  private X86QuadConvImage() {}

  /**
   * Makes them.
   *
   * @param blocks the packed weights
   * @param output where results go
   * @param sum what is added; {@code null} for nothing
   * @param saturates {@link X86QuadConvCode#saturates}
   */
  static ArgumentImage of(
      Requantize requantize,
      QuadWeights weights,
      MemorySegment blocks,
      QuadUnits units,
      QuadGrid output,
      QuadSum sum,
      boolean saturates) {
    byte[] order = new byte[64];
    for (int i = 0; i < 64; i++) {
      // Halves of vectors are packed by themselves: four bytes of each row, in the order of rows.
      order[i] = (byte) (4 * (i % 4) + i / 4 % 4);
    }
    ArgumentImage image =
        new ArgumentImage(Args.BYTES)
            .put(Args.ORDER, order)
            .i8(Args.LOW, 64, requantize.low())
            .i16(Args.ZERO, 64, requantize.zeroPoint())
            .i16(Args.ONES, 32, 1)
            .i64(Args.OFFSETS, blocks.address() + weights.offsetsAt())
            .i64(Args.WEIGHTS, blocks.address() + weights.weightsAt(blocks))
            .i64(Args.OUT_STRIDE, output.planeBytes())
            .i64(Args.MASKS, units.masks().address());
    if (saturates) {
      image.i8(Args.HIGH, 64, requantize.high());
    } else {
      image.f32(Args.HIGH, 64, requantize.high() - requantize.zeroPoint());
    }
    if (sum != null) {
      sum.write(image, Args.SUM, saturates);
    }
    return image;
  }
}

package dev.pith.kernels.tensor;

import java.util.List;

/** How integers stand for real numbers: {@code real = scale · (q − zeroPoint)}. */
public sealed interface Quantization {

  /** Elements stand for themselves. */
  record None() implements Quantization {}

  /**
   * Affine quantization.
   *
   * @param axis the axis along which scales change (per-channel), or −1 (per-tensor)
   * @param groupSize neighbours along the last axis that share a scale (per-group), or 0
   * @param scales one scale per tensor, channel, or channel × group
   * @param zeroPoints as many zero points, or empty for all zero (symmetric)
   */
  record Affine(int axis, int groupSize, List<Float> scales, List<Integer> zeroPoints)
      implements Quantization {
    public Affine {
      scales = List.copyOf(scales);
      zeroPoints = List.copyOf(zeroPoints);
      if (!zeroPoints.isEmpty() && zeroPoints.size() != scales.size()) {
        throw new IllegalArgumentException(
            zeroPoints.size() + " zero points for " + scales.size() + " scales");
      }
    }
  }

  /** Elements stand for themselves. */
  Quantization NONE = new None();

  /** Symmetric per-channel quantization along axis 0, as weights have it. */
  static Quantization perChannel(List<Float> scales) {
    return new Affine(0, 0, scales, List.of());
  }

  /** One scale and zero point for the whole tensor. */
  static Quantization perTensor(float scale, int zeroPoint) {
    return new Affine(-1, 0, List.of(scale), List.of(zeroPoint));
  }
}

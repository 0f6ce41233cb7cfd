package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;

/**
 * A constant scale and zero point for a whole tensor.
 *
 * @param scale positive
 * @param zeroPoint within the range of {@code dtype}
 * @param dtype type of the quantized values
 */
record Scale(float scale, int zeroPoint, DType dtype) {

  /**
   * The scale at input {@code scale} and the zero point at input {@code zeroPoint} (0 of type U8
   * where it is absent), or {@code null} if they are computed, not F32, or more than one.
   */
  static Scale of(OnnxNode node, int scale, int zeroPoint) {
    Tensor s = node.constant(scale);
    Tensor z = node.constant(zeroPoint);
    if (s == null || !isSingle(s) || s.dtype() != DType.F32) {
      return null;
    }
    if (z == null || !isSingle(z)) {
      return node.hasInput(zeroPoint) ? null : new Scale((float) s.getDouble(0), 0, DType.U8);
    }
    return new Scale((float) s.getDouble(0), (int) z.getLong(0), z.dtype());
  }

  /** The same, refusing the node where it is {@code null} or not U8. */
  static Scale requireU8(OnnxNode node, int scale, int zeroPoint) {
    Scale found = of(node, scale, zeroPoint);
    if (found == null || found.dtype() != DType.U8) {
      throw node.refuse(
          "its scale (input "
              + scale
              + ") and zero point (input "
              + zeroPoint
              + ") are not one constant F32 and one constant U8 value");
    }
    return found;
  }

  static boolean isSingle(Tensor tensor) {
    return tensor.shape().elementCount() == 1;
  }

  /** The real number {@code stored} stands for. */
  double real(long stored) {
    return (double) scale * (stored - zeroPoint);
  }

  /** The stored number nearest to {@code real}, round half to even, within U8. */
  int store(double real) {
    double stored = Math.rint((float) real / scale) + zeroPoint;
    return (int) Math.min(Math.max(stored, 0), 255);
  }
}

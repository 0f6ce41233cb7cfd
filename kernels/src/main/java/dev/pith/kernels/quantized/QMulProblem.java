package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;

/**
 * Product of two U8 tensors with broadcasting: {@code y = clamp(rne(fl(float((a − za)·(b − zb)) ·
 * ratio)) + zy, low, high)}; the integer product is exact, the multiplication by the ratio is fp32,
 * round half to even.
 *
 * @param a shape of the first input
 * @param b shape of the second input
 * @param aZeroPoint za
 * @param bZeroPoint zb
 * @param ratio fl32(fl32(sa · sb) / sy)
 * @param zeroPoint zy
 * @param low smallest stored value
 * @param high largest stored value
 */
public record QMulProblem(
    Shape a, Shape b, int aZeroPoint, int bZeroPoint, float ratio, int zeroPoint, int low, int high)
    implements Problem {

  /** Shape of the output. */
  public Shape output() {
    return Shape.broadcast(a, b);
  }

  @Override
  public long work() {
    return output().elementCount();
  }
}

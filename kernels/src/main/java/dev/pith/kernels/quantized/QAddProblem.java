package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;

/**
 * Sum of two U8 tensors with broadcasting: {@code y = clamp(rne(fl(fl(a − za)·ra) + fl(fl(b −
 * zb)·rb)) + zy, low, high)}; every operation in fp32, no fused multiply-add, round half to even.
 *
 * @param a shape of the first input
 * @param b shape of the second input
 * @param aZeroPoint za
 * @param aRatio ra = fl32(sa / sy)
 * @param bZeroPoint zb
 * @param bRatio rb = fl32(sb / sy)
 * @param zeroPoint zy
 * @param low smallest stored value
 * @param high largest stored value
 */
public record QAddProblem(
    Shape a,
    Shape b,
    int aZeroPoint,
    float aRatio,
    int bZeroPoint,
    float bRatio,
    int zeroPoint,
    int low,
    int high)
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

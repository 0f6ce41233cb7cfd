package dev.pith.kernels.matmul;

import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.matmul.HalfProduct.Bias;
import dev.pith.kernels.matmul.HalfProduct.Factor;
import dev.pith.kernels.matmul.HalfProduct.Tile;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;

/** {@link LinearProblem} of fp16 with dense weights on the matrix units of a device. */
public final class DeviceHalfLinear extends HalfProductKernel<LinearProblem> {

  /** The kernel that computes tiles of {@code tile}. */
  public DeviceHalfLinear(Tile tile) {
    super("device_half_linear", tile);
  }

  @Override
  protected HalfProduct product(LinearProblem p) {
    return new HalfProduct(
        p.m(),
        p.n(),
        p.k(),
        Factor.straight(0, p.k(), 0),
        Factor.straight(1, p.k(), 0),
        null,
        HalfProduct.ONE_MATRIX,
        1,
        p.epilogue().bias() ? Bias.COLUMNS : Bias.NONE,
        1,
        p.epilogue());
  }

  @Override
  protected Support accepts(LinearProblem p, Target target) {
    if (p.input() != DType.F16 || p.weight() != DType.F16 || !p.layout().equals(Dense.LAYOUT)) {
      return Support.no(
          "activations of %s, weights of %s in layout %s; F16, dense, is supported",
          p.input(), p.weight(), p.layout().name());
    }
    return Support.YES;
  }
}

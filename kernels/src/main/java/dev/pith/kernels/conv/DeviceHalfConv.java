package dev.pith.kernels.conv;

import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.Window;
import dev.pith.kernels.matmul.HalfProduct;
import dev.pith.kernels.matmul.HalfProduct.Bias;
import dev.pith.kernels.matmul.HalfProduct.Factor;
import dev.pith.kernels.matmul.HalfProduct.Tile;
import dev.pith.kernels.matmul.HalfProductKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;

/**
 * {@link ConvProblem} of fp16, of one group and with dense weights, on the matrix units of a device
 * as an implicit product: weights times what the windows of all pixels read, which is found as
 * tiles are loaded and never stored. What 1×1 convolutions without stride read is the input itself,
 * copied 16 bytes at a time where images allow it.
 */
public final class DeviceHalfConv extends HalfProductKernel<ConvProblem> {

  /** Distances of a tap along an axis take ten bits. */
  private static final int REACH = 1 << 10;

  /** The kernel that computes tiles of {@code tile}. */
  public DeviceHalfConv(Tile tile) {
    super("device_half_conv", tile);
  }

  @Override
  protected HalfProduct product(ConvProblem p) {
    ConvGeometry g = p.geometry();
    long pixels = g.outputPixels();
    long image = g.inputChannels() * g.inputPixels();
    HalfProduct.Windows windows =
        g.isPointwise() ? null : new HalfProduct.Windows(ConvWindow.table(g), ConvWindow.places(g));
    return new HalfProduct(
        g.outputChannels(),
        g.batch() * pixels,
        g.columns(),
        Factor.straight(1, g.columns(), 0),
        new Factor(0, true, pixels, pixels, image, 0),
        windows,
        HalfProduct.ONE_MATRIX,
        1,
        p.epilogue().bias() ? Bias.ROWS : Bias.NONE,
        1,
        p.epilogue());
  }

  @Override
  protected Support accepts(ConvProblem p, Target target) {
    ConvGeometry g = p.geometry();
    if (p.input() != DType.F16 || p.weight() != DType.F16 || !p.layout().equals(Dense.LAYOUT)) {
      return Support.no(
          "activations of %s, weights of %s in layout %s; F16, dense, is supported",
          p.input(), p.weight(), p.layout().name());
    }
    if (g.groups() != 1 || g.axes() > Window.AXES) {
      return Support.no(
          "%d groups, %d spatial axes; 1 group and 1 to 3 axes are supported",
          g.groups(), g.axes());
    }
    for (int axis = 0; axis < g.axes(); axis++) {
      long reach = (g.kernel().get(axis) - 1) * g.dilations().get(axis);
      if (reach >= REACH) {
        return Support.no("a window of %d pixels along an axis; %d are supported", reach, REACH);
      }
    }
    return ConvWindow.check(g, counts -> DeviceTarget.check(target, counts));
  }
}

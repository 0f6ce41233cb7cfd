package dev.pith.kernels.conv;

import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.matmul.HalfProduct;
import java.util.List;

/** The kernels of {@link ConvProblem}. */
public final class ConvKernels {

  /** In order of preference; reference last. */
  public static final KernelFamily<ConvProblem> FAMILY =
      new KernelFamily<>(
          ConvProblem.class,
          List.of(
              new X86DepthwiseConv(),
              new X86PanelConv(),
              new X86Conv(),
              new VectorPixelConv(),
              new VectorDepthwiseConv(),
              new VectorConv(),
              new DeviceHalfConv(HalfProduct.Tile.LARGE),
              new DeviceHalfConv(HalfProduct.Tile.WIDE),
              new DeviceHalfConv(HalfProduct.Tile.SMALL),
              new DeviceConv(),
              new ReferenceConv()));

  private ConvKernels() {}
}

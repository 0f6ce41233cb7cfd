package dev.pith.kernels.conv;

import dev.pith.kernels.KernelFamily;
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
              new DeviceConv(),
              new ReferenceConv()));

  private ConvKernels() {}
}

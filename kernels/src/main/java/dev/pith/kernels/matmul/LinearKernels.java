package dev.pith.kernels.matmul;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of {@link LinearProblem}. */
public final class LinearKernels {

  /** In order of preference; reference last. */
  public static final KernelFamily<LinearProblem> FAMILY =
      new KernelFamily<>(
          LinearProblem.class,
          List.of(
              new X86Linear(),
              new VectorLinear(),
              new X86SparseLinear(),
              new VectorSparseLinear(),
              new DeviceHalfLinear(HalfProduct.Tile.LARGE),
              new DeviceHalfLinear(HalfProduct.Tile.WIDE),
              new DeviceHalfLinear(HalfProduct.Tile.SMALL),
              new DeviceLinear(),
              new ReferenceLinear()));

  private LinearKernels() {}
}

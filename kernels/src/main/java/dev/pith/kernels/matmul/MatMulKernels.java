package dev.pith.kernels.matmul;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of {@link MatMulProblem}. */
public final class MatMulKernels {

  /** In order of preference; reference last. */
  public static final KernelFamily<MatMulProblem> FAMILY =
      new KernelFamily<>(
          MatMulProblem.class,
          List.of(
              new X86MatMul(),
              new VectorMatMul(),
              new DeviceHalfMatMul(HalfProduct.Tile.LARGE),
              new DeviceHalfMatMul(HalfProduct.Tile.WIDE),
              new DeviceHalfMatMul(HalfProduct.Tile.SMALL),
              new DeviceMatMul(),
              new ReferenceMatMul()));

  private MatMulKernels() {}
}

package dev.pith.kernels.linalg;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of tensor algebra. */
public final class LinalgKernels {

  /** Kernels of {@link EinsumProblem}. */
  public static final KernelFamily<EinsumProblem> EINSUM =
      new KernelFamily<>(EinsumProblem.class, List.of(new DeviceEinsum(), new ReferenceEinsum()));

  /** Kernels of {@link DeterminantProblem}. */
  public static final KernelFamily<DeterminantProblem> DETERMINANT =
      new KernelFamily<>(
          DeterminantProblem.class, List.of(new DeviceDeterminant(), new ReferenceDeterminant()));

  private LinalgKernels() {}
}

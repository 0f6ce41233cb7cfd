package dev.pith.kernels.elementwise;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of {@link BinaryProblem}. */
public final class BinaryKernels {

  /** In order of preference; reference last. */
  public static final KernelFamily<BinaryProblem> FAMILY =
      new KernelFamily<>(BinaryProblem.class, List.of(new ReferenceBinary()));

  private BinaryKernels() {}
}

package dev.pith.kernels.elementwise;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of {@link UnaryProblem}. */
public final class UnaryKernels {

  /** In order of preference; reference last. */
  public static final KernelFamily<UnaryProblem> FAMILY =
      new KernelFamily<>(UnaryProblem.class, List.of(new ReferenceUnary()));

  private UnaryKernels() {}
}

package dev.pith.kernels.loss;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of losses. */
public final class LossKernels {

  /** Kernels of {@link LikelihoodProblem}. */
  public static final KernelFamily<LikelihoodProblem> LIKELIHOOD =
      new KernelFamily<>(
          LikelihoodProblem.class, List.of(new DeviceLikelihood(), new ReferenceLikelihood()));

  private LossKernels() {}
}

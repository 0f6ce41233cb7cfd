package dev.pith.runtime.plan.tune;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import java.util.List;

/** The kernels of a family that a device can run, in its order of preference. */
@FunctionalInterface
public interface KernelList {

  /** Those of {@code family}; may be empty. */
  List<Kernel<Problem>> of(KernelFamily<Problem> family);
}

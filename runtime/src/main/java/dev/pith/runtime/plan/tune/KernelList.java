package dev.pith.runtime.plan.tune;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.runtime.plan.Operands;
import java.util.List;

/** The kernels of a family that a device can run, in its order of preference. */
@FunctionalInterface
public interface KernelList {

  /** Those of {@code family}; may be empty. */
  List<Kernel<Problem>> of(KernelFamily<Problem> family);

  /** Why a kernel of the list is not to solve a problem on these operands; empty if it may. */
  default String refusal(
      Kernel<Problem> kernel, Problem problem, Target target, Operands operands) {
    return kernel.supports(problem, target) instanceof Support.Unsupported no ? no.reason() : "";
  }
}

package dev.pith.runtime.plan.tune;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.Problem;
import dev.pith.runtime.plan.Operands;

/** How a device makes its kernels ready to be timed. */
public interface TrialMaker {

  /**
   * Whether the first runs of {@code kernel} are slow for a reason that ends, such as code not yet
   * compiled; then it is run for a while before it is timed.
   */
  boolean warmsUp(Kernel<Problem> kernel);

  /**
   * Prepares {@code kernel}, which the device has and which supports {@code problem}.
   *
   * @param operands the step's constants, and the types that inputs are made up for
   */
  Trial prepare(Kernel<Problem> kernel, Problem problem, Operands operands);
}

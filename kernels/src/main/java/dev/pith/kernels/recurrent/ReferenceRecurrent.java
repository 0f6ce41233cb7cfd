package dev.pith.kernels.recurrent;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;

/** {@link RecurrentProblem} with plain loops, products summed in double precision: the oracle. */
public final class ReferenceRecurrent implements HostKernel<RecurrentProblem> {

  @Override
  public String name() {
    return "reference_recurrent";
  }

  @Override
  public Support supports(RecurrentProblem problem, Target target) {
    return Support.YES;
  }

  @Override
  public HostProgram prepare(RecurrentProblem problem, PrepareContext context) {
    return new RecurrentProgram(problem, ScalarStepLoops.INSTANCE);
  }
}

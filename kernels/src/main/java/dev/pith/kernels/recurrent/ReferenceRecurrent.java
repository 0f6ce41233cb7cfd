package dev.pith.kernels.recurrent;

import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;

/** {@link RecurrentProblem} with plain loops, products summed in double precision: the oracle. */
public final class ReferenceRecurrent implements ReferenceKernel<RecurrentProblem> {

  @Override
  public HostProgram prepare(RecurrentProblem problem, PrepareContext context) {
    return new RecurrentProgram(problem, ScalarStepLoops.INSTANCE);
  }
}

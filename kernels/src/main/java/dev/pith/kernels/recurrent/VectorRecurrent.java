package dev.pith.kernels.recurrent;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import java.lang.invoke.MethodHandles;

/** {@link RecurrentProblem} with the Vector API; weights are read in their own layout. */
public final class VectorRecurrent implements HostKernel<RecurrentProblem> {

  @Override
  public Support supports(RecurrentProblem problem, Target target) {
    return target.supportsVectors();
  }

  @Override
  public HostProgram prepare(RecurrentProblem problem, PrepareContext context) {
    StepLoops loops =
        VectorWidths.of(
            MethodHandles.lookup(),
            StepLoops.class,
            VectorStepLoops.class,
            context.target().vectorBits());
    return new RecurrentProgram(problem, loops);
  }
}

package dev.pith.kernels.attention;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;

/** {@link AttentionProblem} in double precision: the oracle. */
public final class ReferenceAttention implements HostKernel<AttentionProblem> {

  @Override
  public String name() {
    return "reference_attention";
  }

  @Override
  public Support supports(AttentionProblem problem, Target target) {
    return Support.YES;
  }

  @Override
  public HostProgram prepare(AttentionProblem problem, PrepareContext context) {
    return new AttentionProgram(problem, new ScalarHeadLoops(problem.dtype()));
  }
}

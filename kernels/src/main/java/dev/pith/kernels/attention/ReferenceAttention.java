package dev.pith.kernels.attention;

import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;

/** {@link AttentionProblem} in double precision: the oracle. */
public final class ReferenceAttention implements ReferenceKernel<AttentionProblem> {

  @Override
  public HostProgram prepare(AttentionProblem problem, PrepareContext context) {
    return new AttentionProgram(problem, new ScalarHeadLoops(problem.dtype()));
  }
}

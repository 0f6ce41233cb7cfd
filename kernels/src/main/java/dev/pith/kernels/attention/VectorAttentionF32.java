package dev.pith.kernels.attention;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import java.lang.invoke.MethodHandles;

/** F32 {@link AttentionProblem} with the Vector API, one query at a time. */
public final class VectorAttentionF32 implements HostKernel<AttentionProblem> {

  @Override
  public Support supports(AttentionProblem problem, Target target) {
    return problem.dtype() == DType.F32
        ? target.supportsVectors()
        : Support.no("elements are %s, not F32", problem.dtype());
  }

  @Override
  public HostProgram prepare(AttentionProblem problem, PrepareContext context) {
    HeadLoops loops =
        VectorWidths.of(
            MethodHandles.lookup(),
            HeadLoops.class,
            VectorHeadLoops.class,
            context.target().vectorBits());
    return new AttentionProgram(problem, loops);
  }
}

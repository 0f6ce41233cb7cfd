package dev.pith.kernels.quads;

import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import java.lang.foreign.MemorySegment;

/** {@link RearrangeProblem} in rows: a copy. */
public final class ReferenceRearrange implements HostKernel<RearrangeProblem> {

  @Override
  public String name() {
    return "reference_rearrange";
  }

  @Override
  public Support supports(RearrangeProblem problem, Target target) {
    return Support.YES;
  }

  @Override
  public HostProgram prepare(RearrangeProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.shape().elementCount(),
        (a, from, to) ->
            MemorySegment.copy(a.inputValues(0), from, a.outputValues(0), from, to - from));
  }
}

package dev.pith.kernels.quads;

import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import java.lang.foreign.MemorySegment;

/** {@link RearrangeProblem} in rows: a copy. */
public final class ReferenceRearrange implements ReferenceKernel<RearrangeProblem> {

  @Override
  public HostProgram prepare(RearrangeProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.shape().elementCount(),
        (a, from, to) ->
            MemorySegment.copy(a.inputValues(0), from, a.outputValues(0), from, to - from));
  }
}

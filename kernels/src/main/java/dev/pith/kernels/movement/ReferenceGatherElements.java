package dev.pith.kernels.movement;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over output elements: the oracle. */
public final class ReferenceGatherElements implements ReferenceKernel<GatherElementsProblem> {

  @Override
  public HostProgram prepare(GatherElementsProblem problem, PrepareContext context) {
    ElementIndex index = ElementIndex.of(problem.indices(), problem.x(), problem.axis());
    return new ElementwiseProgram(
        problem.indices().elementCount(), (a, from, to) -> run(problem, index, a, from, to));
  }

  private static void run(
      GatherElementsProblem problem, ElementIndex index, Arguments a, long from, long to) {
    MemorySegment indices = a.inputValues(1);
    long extent = problem.x().dim(problem.axis());
    for (long i = from; i < to; i++) {
      long chosen = IndexTuples.index(problem.indexType(), indices, i, extent);
      long source = index.place(i, chosen);
      Elements.copy(problem.dtype(), a.inputValues(0), source, a.outputValues(0), i);
    }
  }
}

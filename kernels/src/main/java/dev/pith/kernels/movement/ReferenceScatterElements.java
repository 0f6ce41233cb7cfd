package dev.pith.kernels.movement;

import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;

/** A copy, then updates element by element in order. */
public final class ReferenceScatterElements implements ReferenceKernel<ScatterElementsProblem> {

  @Override
  public HostProgram prepare(ScatterElementsProblem problem, PrepareContext context) {
    ElementIndex index = ElementIndex.of(problem.indices(), problem.x(), problem.axis());
    long extent = problem.x().dim(problem.axis());
    DType type = problem.indexType();
    return new ScatterProgram(
        problem.dtype(),
        problem.reduction(),
        problem.x().elementCount(),
        problem.indices().elementCount(),
        (indices, update) -> index.place(update, IndexTuples.index(type, indices, update, extent)));
  }
}

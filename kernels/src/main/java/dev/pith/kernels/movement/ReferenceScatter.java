package dev.pith.kernels.movement;

import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;

/** A copy, then updates element by element in order. */
public final class ReferenceScatter implements ReferenceKernel<ScatterProblem> {

  @Override
  public HostProgram prepare(ScatterProblem problem, PrepareContext context) {
    IndexTuples tuples = IndexTuples.of(problem.indexType(), problem.extents());
    long slice = problem.slice();
    return new ScatterProgram(
        problem.dtype(),
        problem.reduction(),
        problem.extents().stream().reduce(slice, (a, b) -> a * b),
        problem.tuples() * slice,
        (indices, update) -> tuples.place(indices, update / slice) * slice + update % slice);
  }
}

package dev.pith.kernels.movement;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.SingleItemProgram;
import dev.pith.kernels.tensor.Elements;

/** Element by element, in one work item because 4-bit elements share bytes: the oracle. */
public final class ReferenceGather implements ReferenceKernel<GatherProblem> {

  @Override
  public HostProgram prepare(GatherProblem problem, PrepareContext context) {
    return new Run(problem, IndexTuples.of(problem.indexType(), problem.extents()));
  }

  private record Run(GatherProblem problem, IndexTuples tuples) implements SingleItemProgram {

    @Override
    public void run(Arguments a) {
      long places = problem.extents().stream().reduce(1L, (x, y) -> x * y);
      long slice = problem.slice();
      for (long b = 0; b < problem.batch(); b++) {
        for (long t = 0; t < problem.tuples(); t++) {
          long tuple = problem.shared() ? t : b * problem.tuples() + t;
          long source = (b * places + tuples.place(a.inputValues(1), tuple)) * slice;
          long target = (b * problem.tuples() + t) * slice;
          for (long e = 0; e < slice; e++) {
            Elements.copy(
                problem.dtype(), a.inputValues(0), source + e, a.outputValues(0), target + e);
          }
        }
      }
    }
  }
}

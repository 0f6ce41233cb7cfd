package dev.pith.kernels.movement;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.ByteCopy;
import java.lang.foreign.MemorySegment;

/** Copies whole slices; one tuple is one step, and a work item has as many as make it worth it. */
public final class SliceGather implements HostKernel<GatherProblem> {

  private static final long ITEM_BYTES = 1 << 15;

  @Override
  public Support supports(GatherProblem problem, Target target) {
    if (!target.isCpu()) {
      return Support.no("the target is %s, not a CPU", target.kind());
    }
    if (problem.dtype().bits() < 8) {
      return Support.no("elements of %s share bytes", problem.dtype());
    }
    return problem.slice() * problem.dtype().bits() / 8 <= Integer.MAX_VALUE
        ? Support.YES
        : Support.no("slices of %d elements exceed a copy", problem.slice());
  }

  @Override
  public HostProgram prepare(GatherProblem problem, PrepareContext context) {
    IndexTuples tuples = IndexTuples.of(problem.indexType(), problem.extents());
    long places = problem.extents().stream().reduce(1L, (x, y) -> x * y);
    int bytes = (int) (problem.slice() * problem.dtype().bits() / 8);
    long chunk = Math.max(1, ITEM_BYTES / Math.max(8, bytes));
    return new ElementwiseProgram(
        problem.batch() * problem.tuples(),
        chunk,
        (a, from, to) -> run(problem, tuples, places, bytes, a, from, to));
  }

  private static void run(
      GatherProblem problem,
      IndexTuples tuples,
      long places,
      int bytes,
      Arguments a,
      long from,
      long to) {
    MemorySegment x = a.inputValues(0);
    MemorySegment indices = a.inputValues(1);
    MemorySegment y = a.outputValues(0);
    for (long row = from; row < to; row++) {
      long b = row / problem.tuples();
      long tuple = problem.shared() ? row - b * problem.tuples() : row;
      long source = b * places + tuples.place(indices, tuple);
      ByteCopy.copy(x, source * bytes, y, row * bytes, bytes);
    }
  }
}

package dev.pith.kernels.movement;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over output elements: the oracle. */
public final class ReferenceOneHot implements ReferenceKernel<OneHotProblem> {

  @Override
  public HostProgram prepare(OneHotProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.work(), (arguments, from, to) -> run(problem, arguments, from, to));
  }

  private static void run(OneHotProblem problem, Arguments a, long from, long to) {
    long depth = problem.depth();
    for (long i = from; i < to; i++) {
      long inner = i % problem.inner();
      long d = i / problem.inner() % depth;
      long outer = i / problem.inner() / depth;
      long index =
          Elements.getLong(problem.indexType(), a.inputValues(0), outer * problem.inner() + inner);
      boolean hit = index == d || index == d - depth;
      Elements.copy(problem.dtype(), a.inputValues(2), hit ? 1 : 0, a.outputValues(0), i);
    }
  }
}

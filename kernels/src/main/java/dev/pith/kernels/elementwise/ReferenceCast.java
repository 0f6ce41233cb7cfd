package dev.pith.kernels.elementwise;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop through double or long: the oracle. */
public final class ReferenceCast implements ReferenceKernel<CastProblem> {

  @Override
  public HostProgram prepare(CastProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.shape().elementCount(), (a, from, to) -> run(problem, a, from, to));
  }

  private static void run(CastProblem problem, Arguments a, long from, long to) {
    MemorySegment x = a.inputValues(0);
    MemorySegment y = a.outputValues(0);
    DType in = problem.from();
    DType out = problem.to();
    for (long i = from; i < to; i++) {
      if (in.isFloat() || out.isFloat()) {
        Elements.setDouble(out, y, i, Elements.getDouble(in, x, i));
      } else {
        Elements.setLong(out, y, i, Elements.getLong(in, x, i));
      }
    }
  }
}

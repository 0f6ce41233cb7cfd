package dev.pith.kernels.sequence;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** One line along the axis after the other, in double or long arithmetic: the oracle. */
public final class ReferenceCumulative implements ReferenceKernel<CumulativeProblem> {

  @Override
  public HostProgram prepare(CumulativeProblem problem, PrepareContext context) {
    long lines = problem.outer() * problem.inner();
    long chunk = Math.max(1, ElementwiseProgram.CHUNK / Math.max(1, problem.count()));
    return new ElementwiseProgram(
        lines,
        chunk,
        (a, from, to) -> {
          for (long line = from; line < to; line++) {
            line(problem, line, a);
          }
        });
  }

  private static void line(CumulativeProblem problem, long line, Arguments a) {
    MemorySegment x = a.inputValues(0);
    MemorySegment y = a.outputValues(0);
    DType type = problem.dtype();
    BinaryFunction function = problem.function();
    long start =
        line / problem.inner() * problem.count() * problem.inner() + line % problem.inner();
    double real = function == BinaryFunction.ADD ? 0 : 1;
    long whole = (long) real;
    for (long t = 0; t < problem.count(); t++) {
      long step = problem.reverse() ? problem.count() - 1 - t : t;
      long at = start + step * problem.inner();
      double oldReal = real;
      long oldWhole = whole;
      if (type.isFloat()) {
        real = function.apply(real, Elements.getDouble(type, x, at));
        Elements.setDouble(type, y, at, problem.exclusive() ? oldReal : real);
      } else {
        whole = function.apply(whole, Elements.getLong(type, x, at), type.isUnsigned());
        Elements.setLong(type, y, at, problem.exclusive() ? oldWhole : whole);
      }
    }
  }
}

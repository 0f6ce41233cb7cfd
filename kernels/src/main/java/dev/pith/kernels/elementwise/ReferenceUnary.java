package dev.pith.kernels.elementwise;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop in double precision, integers as longs: the oracle. Works on any dtype. */
public final class ReferenceUnary implements ReferenceKernel<UnaryProblem> {

  @Override
  public HostProgram prepare(UnaryProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.shape().elementCount(), (a, from, to) -> run(problem, a, from, to));
  }

  private static void run(UnaryProblem problem, Arguments a, long from, long to) {
    MemorySegment x = a.inputValues(0);
    MemorySegment y = a.outputValues(0);
    UnaryFunction function = problem.function();
    DType type = problem.dtype();
    DType output = problem.output();
    for (long i = from; i < to; i++) {
      if (type.isFloat()) {
        double value = Elements.getDouble(type, x, i);
        value = function.apply(value, problem.alpha(), problem.beta());
        Elements.setDouble(output, y, i, value);
      } else {
        long value = Elements.getLong(type, x, i);
        value = function.apply(value, type.isUnsigned(), problem.alpha(), problem.beta());
        Elements.setLong(output, y, i, value);
      }
    }
  }
}

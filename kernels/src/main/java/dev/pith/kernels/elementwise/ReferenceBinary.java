package dev.pith.kernels.elementwise;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.BroadcastIndex;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over output elements, double or long arithmetic: the oracle. */
public final class ReferenceBinary implements ReferenceKernel<BinaryProblem> {

  @Override
  public HostProgram prepare(BinaryProblem problem, PrepareContext context) {
    BroadcastIndex index = BroadcastIndex.of(problem.output(), problem.a(), problem.b());
    return new ElementwiseProgram(
        problem.output().elementCount(), (a, from, to) -> run(problem, index, a, from, to));
  }

  private static void run(
      BinaryProblem problem, BroadcastIndex index, Arguments arguments, long from, long to) {
    BinaryFunction function = problem.function();
    DType type = problem.dtype();
    DType output = problem.outputType();
    MemorySegment x = arguments.inputValues(0);
    MemorySegment y = arguments.inputValues(1);
    MemorySegment z = arguments.outputValues(0);
    for (long i = from; i < to; i++) {
      long at = index.of(i, 0);
      long bt = index.of(i, 1);
      if (type.isFloat()) {
        double a = Elements.getDouble(type, x, at);
        double b = Elements.getDouble(type, y, bt);
        Elements.setDouble(output, z, i, function.apply(a, b));
      } else {
        long a = Elements.getLong(type, x, at);
        long b = Elements.getLong(type, y, bt);
        Elements.setLong(output, z, i, function.apply(a, b, type.isUnsigned()));
      }
    }
  }
}

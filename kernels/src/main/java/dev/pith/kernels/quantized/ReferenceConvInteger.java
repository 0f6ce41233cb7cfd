package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link ConvIntegerProblem}: the oracle. */
public final class ReferenceConvInteger implements ReferenceKernel<ConvIntegerProblem> {

  @Override
  public HostProgram prepare(ConvIntegerProblem problem, PrepareContext context) {
    ConvSum sum = new ConvSum(problem.geometry(), problem.input(), problem.weight());
    return new ElementwiseProgram(
        sum.count(), CHUNK, (a, from, to) -> run(problem, sum, a, from, to));
  }

  private static final long CHUNK = 64;

  private static void run(
      ConvIntegerProblem problem, ConvSum sum, Arguments a, long from, long to) {
    int zx =
        problem.inputZeroPoint() ? (int) Elements.getLong(problem.input(), a.inputValues(2), 0) : 0;
    for (long i = from; i < to; i++) {
      int zw = 0;
      if (problem.weightZeroPoints() > 0) {
        long at = problem.weightZeroPoints() == 1 ? 0 : sum.channel(i);
        zw = (int) Elements.getLong(problem.weight(), a.inputValues(3), at);
      }
      int y = sum.sum(a.inputValues(0), zx, a.inputValues(1), zw, i);
      a.outputValues(0).set(Elements.I32, i * 4, y);
    }
  }
}

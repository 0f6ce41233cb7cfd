package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link DequantizeLinearProblem}: the oracle. */
public final class ReferenceDequantizeLinear implements ReferenceKernel<DequantizeLinearProblem> {

  @Override
  public HostProgram prepare(DequantizeLinearProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.shape().elementCount(), (a, from, to) -> run(problem, a, from, to));
  }

  private static void run(DequantizeLinearProblem problem, Arguments a, long from, long to) {
    DType input = problem.input();
    for (long i = from; i < to; i++) {
      long at = problem.scales().index(problem.shape(), i);
      long zero = problem.zeroPoint() ? Elements.getLong(input, a.inputValues(2), at) : 0;
      float scale = Requantized.load(problem.scale(), a.inputValues(1), at);
      float y = (float) (Elements.getLong(input, a.inputValues(0), i) - zero) * scale;
      Elements.setDouble(problem.output(), a.outputValues(0), i, y);
    }
  }
}

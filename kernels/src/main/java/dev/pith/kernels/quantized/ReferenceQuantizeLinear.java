package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link QuantizeLinearProblem}: the oracle. */
public final class ReferenceQuantizeLinear implements ReferenceKernel<QuantizeLinearProblem> {

  @Override
  public HostProgram prepare(QuantizeLinearProblem problem, PrepareContext context) {
    IntegerRange.low(problem.output());
    return new ElementwiseProgram(
        problem.shape().elementCount(), (a, from, to) -> run(problem, a, from, to));
  }

  private static void run(QuantizeLinearProblem problem, Arguments a, long from, long to) {
    DType output = problem.output();
    int low = IntegerRange.low(output);
    int high = IntegerRange.high(output);
    MemorySegment x = a.inputValues(0);
    MemorySegment scales = a.inputValues(1);
    for (long i = from; i < to; i++) {
      long at = problem.scales().index(problem.shape(), i);
      float value = Requantized.load(problem.input(), x, i);
      float scale = Requantized.load(problem.scale(), scales, at);
      int zero = problem.zeroPoint() ? (int) Elements.getLong(output, a.inputValues(2), at) : 0;
      float quotient = Requantized.as(problem.precision(), value / scale);
      Elements.setLong(output, a.outputValues(0), i, Requantized.round(quotient, zero, low, high));
    }
  }
}

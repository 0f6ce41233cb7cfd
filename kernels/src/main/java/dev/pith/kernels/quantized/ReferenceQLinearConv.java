package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link QLinearConvProblem}: the oracle. */
public final class ReferenceQLinearConv implements ReferenceKernel<QLinearConvProblem> {

  @Override
  public HostProgram prepare(QLinearConvProblem problem, PrepareContext context) {
    ConvSum sum = new ConvSum(problem.geometry(), problem.input(), problem.weight());
    return new ElementwiseProgram(
        sum.count(), CHUNK, (a, from, to) -> run(problem, sum, a, from, to));
  }

  private static final long CHUNK = 64;

  private static void run(
      QLinearConvProblem problem, ConvSum sum, Arguments a, long from, long to) {
    DType output = problem.output();
    int low = IntegerRange.low(output);
    int high = IntegerRange.high(output);
    float sx = a.inputValues(1).get(Elements.F32, 0);
    float sy = a.inputValues(6).get(Elements.F32, 0);
    int zx = (int) Elements.getLong(problem.input(), a.inputValues(2), 0);
    int zy = (int) Elements.getLong(output, a.inputValues(7), 0);
    for (long i = from; i < to; i++) {
      long channel = sum.channel(i);
      float sw = a.inputValues(4).get(Elements.F32, problem.scalePerChannel() ? channel * 4 : 0);
      long zero = problem.zeroPerChannel() ? channel : 0;
      int zw = (int) Elements.getLong(problem.weight(), a.inputValues(5), zero);
      int acc = sum.sum(a.inputValues(0), zx, a.inputValues(3), zw, i);
      acc += problem.bias() ? a.inputValues(8).get(Elements.I32, channel * 4) : 0;
      float y = (float) acc * (sx * sw / sy);
      Elements.setLong(output, a.outputValues(0), i, Requantized.round(y, zy, low, high));
    }
  }
}

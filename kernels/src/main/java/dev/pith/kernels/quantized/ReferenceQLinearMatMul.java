package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link QLinearMatMulProblem}: the oracle. */
public final class ReferenceQLinearMatMul implements ReferenceKernel<QLinearMatMulProblem> {

  @Override
  public HostProgram prepare(QLinearMatMulProblem problem, PrepareContext context) {
    MatrixSum sum =
        new MatrixSum(
            problem.a(),
            problem.b(),
            problem.aType(),
            problem.bType(),
            problem.aGrid(),
            problem.bGrid());
    return new ElementwiseProgram(
        problem.outputShape().elementCount(),
        CHUNK,
        (a, from, to) -> run(problem, sum, a, from, to));
  }

  private static final long CHUNK = 64;

  private static void run(
      QLinearMatMulProblem problem, MatrixSum sum, Arguments a, long from, long to) {
    DType output = problem.output();
    DType scale = problem.scale();
    int low = IntegerRange.low(output);
    int high = IntegerRange.high(output);
    float sy = Requantized.load(scale, a.inputValues(6), 0);
    int zy = (int) Elements.getLong(output, a.inputValues(7), 0);
    for (long i = from; i < to; i++) {
      int acc = sum.sum(a.inputValues(0), a.inputValues(2), a.inputValues(3), a.inputValues(5), i);
      float sa = Requantized.load(scale, a.inputValues(1), sum.aCell(i));
      float sb = Requantized.load(scale, a.inputValues(4), sum.bCell(i));
      float ratio = Requantized.as(scale, Requantized.as(scale, sa * sb) / sy);
      int y = Requantized.round((float) acc * ratio, zy, low, high);
      Elements.setLong(output, a.outputValues(0), i, y);
    }
  }
}

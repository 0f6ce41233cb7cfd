package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Plain loops over {@link QLinearProblem}: the oracle, for every layout. One work item is one
 * output feature, whose weight row is decoded into scratch.
 */
public final class ReferenceQLinear implements ReferenceKernel<QLinearProblem> {

  @Override
  public HostProgram prepare(QLinearProblem problem, PrepareContext context) {
    return new Run(problem);
  }

  private record Run(QLinearProblem problem) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, problem.n());
    }

    @Override
    public long scratchBytes() {
      return problem.k();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      Tensor weight = a.input(1);
      long end = Math.min(to, problem.n());
      for (long n = from; n < end; n++) {
        weight.layout().decodeRows(weight, n, n + 1, scratch);
        float scale = a.inputValues(2).get(Elements.F32, n * 4);
        int bias = problem.bias() ? a.inputValues(3).get(Elements.I32, n * 4) : 0;
        for (long m = 0; m < problem.m(); m++) {
          int acc = bias + sum(a.inputValues(0), m * problem.k(), scratch);
          long at = m * problem.n() + n;
          Requantized.store(problem.requantize(), a.outputValues(0), at, acc, scale);
        }
      }
    }

    private int sum(MemorySegment x, long row, MemorySegment weights) {
      int zero = problem.requantize().inputZeroPoint();
      int acc = 0;
      for (long k = 0; k < problem.k(); k++) {
        acc += weights.get(JAVA_BYTE, k) * ((x.get(JAVA_BYTE, row + k) & 255) - zero);
      }
      return acc;
    }
  }
}

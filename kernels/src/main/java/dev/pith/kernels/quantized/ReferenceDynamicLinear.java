package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Plain loops over {@link DynamicLinearProblem}: the oracle, for every layout. The first phase
 * quantizes rows; in the second a work item is one output feature, whose weight row is decoded into
 * scratch.
 */
public final class ReferenceDynamicLinear implements ReferenceKernel<DynamicLinearProblem> {

  @Override
  public HostProgram prepare(DynamicLinearProblem problem, PrepareContext context) {
    return new Run(
        problem, new DynamicRows(problem.m(), problem.k()), new FloatEpilogue(problem.epilogue()));
  }

  private record Run(DynamicLinearProblem problem, DynamicRows rows, FloatEpilogue epilogue)
      implements HostProgram {

    @Override
    public int phases() {
      return 2;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, phase == 0 ? problem.m() : problem.n());
    }

    @Override
    public long scratchBytes() {
      return problem.k();
    }

    @Override
    public long sharedBytes() {
      return rows.bytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (phase == 0) {
        rows.quantize(a.inputValues(0), shared, from, to);
        return;
      }
      Tensor weight = a.input(1);
      for (long n = from; n < Math.min(to, problem.n()); n++) {
        weight.layout().decodeRows(weight, n, n + 1, scratch);
        for (long m = 0; m < problem.m(); m++) {
          int acc = sum(shared, m, scratch);
          epilogue.store(a, m * problem.n() + n, n, acc, rows.scale(shared, m));
        }
      }
    }

    private int sum(MemorySegment shared, long m, MemorySegment weights) {
      int zero = rows.zeroPoint(shared, m);
      int acc = 0;
      for (long k = 0; k < problem.k(); k++) {
        int activation = (shared.get(JAVA_BYTE, m * problem.k() + k) & 255) - zero;
        acc += weights.get(JAVA_BYTE, k) * activation;
      }
      return acc;
    }
  }
}

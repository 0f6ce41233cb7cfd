package dev.pith.kernels.matmul;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Plain loops over {@link LinearProblem} in double precision: the oracle, for every layout and
 * type. One work item is one output feature, whose weight row is decoded into scratch.
 */
public final class ReferenceLinear implements ReferenceKernel<LinearProblem> {

  @Override
  public HostProgram prepare(LinearProblem problem, PrepareContext context) {
    WeightRows rows = WeightRows.of(problem.weight(), problem.n(), problem.k(), context);
    return new Run(problem, rows, new ScalarEpilogue(problem.input(), problem.epilogue()));
  }

  private record Run(LinearProblem problem, WeightRows weights, ScalarEpilogue epilogue)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, problem.n());
    }

    @Override
    public long scratchBytes() {
      return weights.scratchBytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment x = a.inputValues(0);
      for (long n = from; n < Math.min(to, problem.n()); n++) {
        weights.load(a.input(1), n, scratch);
        for (long m = 0; m < problem.m(); m++) {
          double sum = 0;
          for (long k = 0; k < problem.k(); k++) {
            double value = Elements.getDouble(problem.input(), x, m * problem.k() + k);
            sum += value * weights.get(scratch, k);
          }
          epilogue.store(a, m * problem.n() + n, n, sum);
        }
      }
    }
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Plain loops over {@link MatMulProblem}: the oracle, for every element type. Floating-point sums
 * are in double precision, integer sums wrap at 64 bits and then to the element type. One work item
 * is one row of one matrix of the result.
 */
public final class ReferenceMatMul implements ReferenceKernel<MatMulProblem> {

  @Override
  public HostProgram prepare(MatMulProblem problem, PrepareContext context) {
    return new Run(problem, BatchIndex.of(problem));
  }

  private record Run(MatMulProblem problem, BatchIndex index) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, index.count() * problem.m());
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      long m = problem.m();
      long n = problem.n();
      for (long item = from; item < Math.min(to, index.count() * m); item++) {
        long matrix = item / m;
        long row = index.a(matrix) + item % m * (problem.transposeA() ? 1 : problem.k());
        for (long j = 0; j < n; j++) {
          long column = index.b(matrix) + j * (problem.transposeB() ? problem.k() : 1);
          if (problem.dtype().isFloat()) {
            double sum = sum(a, row, column) * problem.alpha();
            Elements.setDouble(problem.dtype(), a.outputValues(0), item * n + j, sum);
          } else {
            long sum = wrappedSum(a, row, column);
            long scaled = problem.alpha() == 1 ? sum : (long) (sum * (double) problem.alpha());
            Elements.setLong(problem.dtype(), a.outputValues(0), item * n + j, scaled);
          }
        }
      }
    }

    private long stepA() {
      return problem.transposeA() ? problem.m() : 1;
    }

    private long stepB() {
      return problem.transposeB() ? 1 : problem.n();
    }

    private double sum(Arguments a, long row, long column) {
      DType type = problem.dtype();
      MemorySegment x = a.inputValues(0);
      MemorySegment y = a.inputValues(1);
      long stepA = stepA();
      long stepB = stepB();
      double sum = 0;
      for (long i = 0; i < problem.k(); i++) {
        sum +=
            Elements.getDouble(type, x, row + i * stepA)
                * Elements.getDouble(type, y, column + i * stepB);
      }
      return sum;
    }

    private long wrappedSum(Arguments a, long row, long column) {
      DType type = problem.dtype();
      long sum = 0;
      for (long i = 0; i < problem.k(); i++) {
        sum +=
            Elements.getLong(type, a.inputValues(0), row + i * stepA())
                * Elements.getLong(type, a.inputValues(1), column + i * stepB());
      }
      return sum;
    }
  }
}

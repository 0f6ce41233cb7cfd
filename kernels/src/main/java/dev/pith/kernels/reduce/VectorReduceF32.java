package dev.pith.kernels.reduce;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * F32 reductions along neighbouring axes with the Vector API: along the last axis a row is summed
 * in vectors; before it, vectors hold neighbouring outputs. A work item is one row, or one outer
 * index of columns.
 */
public final class VectorReduceF32 implements HostKernel<ReduceProblem> {

  @Override
  public Support supports(ReduceProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("elements are %s, not F32", problem.dtype());
    }
    if (problem.function() == ReduceFunction.LOG_SUM_EXP) {
      return Support.no("%s has no vector form", problem.function());
    }
    if (!problem.isContiguous()) {
      return Support.no("axes %s of %s are not neighbours", problem.axes(), problem.shape());
    }
    return target.supportsVectors();
  }

  @Override
  public HostProgram prepare(ReduceProblem problem, PrepareContext context) {
    RowReduction rows =
        VectorWidths.of(
            MethodHandles.lookup(),
            RowReduction.class,
            VectorRowReduction.class,
            context.target().vectorBits());
    long inner = problem.reduced() <= 1 ? 1 : problem.inner();
    return new Run(
        problem.function(), problem.outputs() / Math.max(inner, 1), problem.reduced(), inner, rows);
  }

  private record Run(ReduceFunction function, long outer, long n, long inner, RowReduction rows)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, outer);
    }

    @Override
    public long scratchBytes() {
      return inner == 1 ? 0 : 4 * n + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment x = a.inputValues(0);
      MemorySegment y = a.outputValues(0);
      for (long o = from; o < Math.min(to, outer); o++) {
        if (inner == 1) {
          y.set(Elements.F32, 4 * o, rows.row(function, x, 4 * o * n, n));
        } else {
          columns(x, y, scratch, o);
        }
      }
    }

    private void columns(MemorySegment x, MemorySegment y, MemorySegment scratch, long o) {
      int width = rows.width();
      long base = 4 * o * n * inner;
      long c = 0;
      for (; c <= inner - width; c += width) {
        rows.columns(function, x, base + 4 * c, n, 4 * inner, y, 4 * (o * inner + c));
      }
      // The last columns, fewer than a vector, are gathered one by one into rows.
      for (; c < inner; c++) {
        for (long i = 0; i < n; i++) {
          scratch.set(Elements.F32, 4 * i, x.get(Elements.F32, base + 4 * (i * inner + c)));
        }
        y.set(Elements.F32, 4 * (o * inner + c), rows.row(function, scratch, 0, n));
      }
    }
  }
}

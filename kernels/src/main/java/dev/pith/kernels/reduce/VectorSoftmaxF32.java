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
 * F32 softmax and its logarithm with the Vector API. Along the last axis a vector holds neighbours
 * of one row; before it, one element of neighbouring rows each. A work item is one row, or the rows
 * of one outer index.
 */
public final class VectorSoftmaxF32 implements HostKernel<SoftmaxProblem> {

  @Override
  public Support supports(SoftmaxProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("elements are %s, not F32", problem.dtype());
    }
    if (problem.function() == SoftmaxFunction.HARDMAX) {
      return Support.no("%s has no vector form", problem.function());
    }
    return target.supportsVectors();
  }

  @Override
  public HostProgram prepare(SoftmaxProblem problem, PrepareContext context) {
    RowSoftmax rows =
        VectorWidths.of(
            MethodHandles.lookup(),
            RowSoftmax.class,
            VectorRowSoftmax.class,
            context.target().vectorBits());
    return new Run(problem, problem.function() == SoftmaxFunction.LOG_SOFTMAX, rows);
  }

  private record Run(SoftmaxProblem p, boolean log, RowSoftmax rows) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, p.outer());
    }

    @Override
    public long scratchBytes() {
      return p.inner() == 1 ? 0 : 4 * p.n() + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment x = a.inputValues(0);
      MemorySegment y = a.outputValues(0);
      for (long o = from; o < Math.min(to, p.outer()) && p.n() > 0; o++) {
        long base = 4 * o * p.n() * p.inner();
        if (p.inner() == 1) {
          rows.row(log, x, base, p.n(), y, base);
          continue;
        }
        long c = 0;
        for (; c <= p.inner() - rows.width(); c += rows.width()) {
          rows.columns(log, x, base + 4 * c, p.n(), 4 * p.inner(), y);
        }
        for (; c < p.inner(); c++) {
          single(x, base + 4 * c, scratch, y);
        }
      }
    }

    /** One row whose elements are apart, by way of scratch. */
    private void single(MemorySegment x, long at, MemorySegment line, MemorySegment y) {
      long step = 4 * p.inner();
      for (long i = 0; i < p.n(); i++) {
        line.set(Elements.F32, 4 * i, x.get(Elements.F32, at + i * step));
      }
      rows.row(log, line, 0, p.n(), line, 0);
      for (long i = 0; i < p.n(); i++) {
        y.set(Elements.F32, at + i * step, line.get(Elements.F32, 4 * i));
      }
    }
  }
}

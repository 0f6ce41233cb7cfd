package dev.pith.kernels.pool;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * {@link PoolProblem} with the Vector API: F32 maxima and averages, U8 maxima.
 *
 * <p>A work item is one output row. Its input rows are combined, whole vectors at a time, into one
 * line in scratch that begins with the padding; then cells along the line are combined. So a window
 * of k × k costs k + k steps an element, not k · k, and no step tests for padding.
 */
public final class VectorPool implements HostKernel<PoolProblem> {

  @Override
  public Support supports(PoolProblem problem, Target target) {
    if (template(problem) == null) {
      return Support.no("%s of %s has no vector form", problem.function(), problem.dtype());
    }
    if (problem.indices()) {
      return Support.no("indices of the maxima are wanted");
    }
    return target.supportsVectors();
  }

  private static Class<? extends RowPooling> template(PoolProblem problem) {
    boolean f32 = problem.dtype() == DType.F32;
    return switch (problem.function()) {
      case MAX ->
          f32 ? VectorRowMaxF32.class : problem.dtype() == DType.U8 ? VectorRowMaxU8.class : null;
      case AVERAGE -> f32 ? VectorRowAverageF32.class : null;
      case LP -> null;
    };
  }

  @Override
  public HostProgram prepare(PoolProblem problem, PrepareContext context) {
    RowPooling pooling =
        VectorWidths.of(
            MethodHandles.lookup(),
            RowPooling.class,
            template(problem),
            context.target().vectorBits());
    PoolRows rows = new PoolRows(problem.geometry(), problem.countPadding());
    return new Run(problem, rows, pooling);
  }

  private record Run(PoolProblem problem, PoolRows rows, RowPooling pooling)
      implements HostProgram {

    private long items() {
      return problem.geometry().planes() * rows.rows();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, items());
    }

    @Override
    public long scratchBytes() {
      return problem.dtype().byteSize(rows.reach + pooling.slack()) + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      DType type = problem.dtype();
      long inputs = problem.geometry().inputPixels();
      for (long item = from; item < Math.min(to, items()); item++) {
        long plane = item / rows.rows();
        long row = item % rows.rows();
        pooling.clear(scratch, 0, rows.reach);
        for (long tap = 0; tap < rows.tapRows(); tap++) {
          long source = rows.inputRow(row, tap);
          if (source >= 0) {
            long at = type.byteSize(plane * inputs + source * rows.inputWidth);
            long line = type.byteSize(rows.pad);
            pooling.combine(a.inputValues(0), at, scratch, line, rows.inputWidth);
          }
        }
        long out = type.byteSize(item * rows.outputWidth);
        pooling.store(scratch, rows, rows.rowCount(row), a.outputValues(0), out);
      }
    }
  }
}

package dev.pith.kernels.pool;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.pool.X86PoolCode.Args;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * F32 maxima and averages over windows of one or two axes with generated x86-64 code. A work item
 * is one plane.
 */
public final class X86Pool implements HostKernel<PoolProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86Pool() {
    this(GeneratedCalls.NATIVE);
  }

  X86Pool(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(PoolProblem problem, Target target) {
    PoolGeometry g = problem.geometry();
    if (problem.dtype() != DType.F32) {
      return Support.no("elements are %s, not F32", problem.dtype());
    }
    if (problem.function() == PoolFunction.LP || problem.indices()) {
      return Support.no("%s, indices %b", problem.function(), problem.indices());
    }
    if (g.axes() > 2) {
      return Support.no("windows have %d axes", g.axes());
    }
    int last = g.axes() - 1;
    if (g.strides().get(last) > 2 || g.kernel().get(last) > X86PoolCode.MOST_CELLS) {
      return Support.no("stride %d, %d cells", g.strides().get(last), g.kernel().get(last));
    }
    if (g.dilations().get(last) > 64) {
      return Support.no("dilation %d", g.dilations().get(last));
    }
    return target.supportsFloatCode();
  }

  @Override
  public HostProgram prepare(PoolProblem problem, PrepareContext context) {
    PoolRows rows = new PoolRows(problem.geometry(), problem.countPadding());
    boolean max = problem.function() == PoolFunction.MAX;
    X86PoolCode code = new X86PoolCode(max, rows.kernel, rows.stride, rows.dilation);
    Arena arena = Arena.ofAuto();
    MemorySegment counts = arena.allocate(4L * Math.max(1, rows.outputWidth), 8);
    MemorySegment.copy(rows.counts(), 0, counts, Elements.F32, 0, rows.outputWidth);
    return new Run(
        problem.geometry(), rows, code.neutral(), calls.of(code), table(rows, arena), counts);
  }

  /** For each output row where its first input row begins, how many there are and count. */
  private static MemorySegment table(PoolRows rows, Arena arena) {
    MemorySegment table = arena.allocate(12 * Math.max(1, rows.rows()), 8);
    for (long row = 0; row < rows.rows(); row++) {
      long first = -1;
      int count = 0;
      for (long tap = 0; tap < rows.tapRows(); tap++) {
        long source = rows.inputRow(row, tap);
        if (source >= 0) {
          first = count == 0 ? source : first;
          count++;
        }
      }
      int at = count == 0 ? 0 : Math.toIntExact(4 * first * rows.inputWidth);
      table.set(Elements.I32, 12 * row, at);
      table.set(Elements.I32, 12 * row + 4, count);
      table.set(Elements.F32, 12 * row + 8, rows.rowCount(row));
    }
    return table;
  }

  private record Run(
      PoolGeometry geometry,
      PoolRows rows,
      float neutral,
      GeneratedCall call,
      MemorySegment table,
      MemorySegment counts)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, geometry.planes());
    }

    /** Floats of the line: loops read up to two vectors behind the last window. */
    private int line() {
      int windows = rows.stride * (rows.outputWidth + 8) + (rows.kernel - 1) * rows.dilation;
      return Math.max(rows.reach, windows) + 16;
    }

    @Override
    public long scratchBytes() {
      return Args.BYTES + 4L * line() + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
      long count = Math.min(to, geometry.planes()) - from;
      if (count <= 0 || geometry.outputPixels() == 0) {
        return;
      }
      for (int i = 0; i < line(); i++) {
        args.set(Elements.F32, Args.BYTES + 4L * i, neutral);
      }
      long step = geometry.axes() == 1 ? 0 : geometry.dilations().get(0);
      long line = args.address() + Args.BYTES;
      args.set(
          Elements.I64, Args.X, a.inputValues(0).address() + 4 * from * geometry.inputPixels());
      args.set(Elements.I64, Args.X_PLANE, 4 * geometry.inputPixels());
      args.set(
          Elements.I64, Args.Y, a.outputValues(0).address() + 4 * from * geometry.outputPixels());
      args.set(Elements.I64, Args.PLANES, count);
      args.set(Elements.I64, Args.TABLE, table.address());
      args.set(Elements.I64, Args.OUTPUT_ROWS, rows.rows());
      args.set(Elements.I64, Args.ROW_STEP, 4 * step * rows.inputWidth);
      args.set(Elements.I64, Args.WIDTH, 4L * rows.inputWidth);
      args.set(Elements.I64, Args.OUTPUT_WIDTH, 4L * rows.outputWidth);
      args.set(Elements.I64, Args.LINE, line);
      args.set(Elements.I64, Args.INSIDE, line + 4L * rows.pad);
      args.set(Elements.I64, Args.COUNTS, counts.address());
      call.run(args);
    }
  }
}

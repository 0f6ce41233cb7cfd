package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quads.X86QuadGlobalCode.Args;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;

/**
 * {@link QAveragePoolProblem} whose one window is the whole input, from quads to rows, with
 * generated x86-64 code. A work item is {@link #PLANES} planes of one image.
 */
public final class X86QuadGlobalAverage implements HostKernel<ArrangedProblem> {

  private static final int PLANES = 16;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QuadGlobalAverage() {
    this(GeneratedCalls.NATIVE);
  }

  X86QuadGlobalAverage(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    if (!(problem.problem() instanceof QAveragePoolProblem pool) || !pool.isGlobal()) {
      return Support.no("not a global int8 average");
    }
    Support quads = QuadDemand.check(problem);
    return quads.isSupported() ? X86Isa.supportsAvx2(target) : quads;
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    return new Run(
        (QAveragePoolProblem) problem.problem(),
        problem.inputGrid(0),
        calls.of(new X86QuadGlobalCode()));
  }

  private record Run(QAveragePoolProblem problem, QuadGrid grid, GeneratedCall call)
      implements HostProgram {

    private int itemsOfImage() {
      return (grid.quads() + PLANES - 1) / PLANES;
    }

    @Override
    public long workItems(int phase) {
      return (long) grid.batch() * itemsOfImage();
    }

    @Override
    public long scratchBytes() {
      return Args.BYTES + 64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
      int pixels = grid.height() * grid.width();
      int zero = problem.zeroPoint();
      for (long i = 0; i < 16; i += 4) {
        args.set(Elements.I32, Args.BASE + i, pixels * problem.inputZeroPoint());
        args.set(Elements.F32, Args.FACTOR + i, problem.ratio() / pixels);
        args.set(Elements.F32, Args.LOW + i, problem.low() - zero);
        args.set(Elements.F32, Args.HIGH + i, problem.high() - zero);
        args.set(Elements.I32, Args.ZERO + i, zero);
      }
      args.set(Elements.I64, Args.PLANE_STRIDE, grid.planeBytes());
      args.set(Elements.I64, Args.ROW_STRIDE, (long) grid.pitch() * QuadGrid.CELL);
      args.set(Elements.I64, Args.HEIGHT, grid.height());
      args.set(Elements.I64, Args.WIDTH, grid.width());
      for (long item = from; item < to; item++) {
        item(a, args, item / itemsOfImage(), (int) (item % itemsOfImage()) * PLANES);
      }
    }

    /** Whole quads go to the output, what is left of the last by way of scratch. */
    private void item(Arguments a, MemorySegment args, long image, int first) {
      int end = Math.min(grid.quads(), first + PLANES);
      int whole = Math.min(end, grid.channels() / 4);
      long y = image * grid.channels() + 4L * first;
      long x = a.inputValues(0).address();
      long plane = image * grid.quads();
      if (whole > first) {
        average(args, x, plane + first, whole - first, a.outputValues(0).address() + y);
      }
      if (whole < end) {
        average(args, x, plane + whole, 1, args.address() + Args.BYTES);
        long at = image * grid.channels() + 4L * whole;
        MemorySegment.copy(args, Args.BYTES, a.outputValues(0), at, grid.channels() - 4L * whole);
      }
    }

    private void average(MemorySegment args, long x, long plane, int planes, long out) {
      args.set(Elements.I64, Args.X, x + grid.pixels(plane));
      args.set(Elements.I64, Args.PLANES, planes);
      args.set(Elements.I64, Args.OUT, out);
      call.run(args);
    }
  }
}

package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import dev.pith.kernels.quads.X86QuadPoolCode.Args;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Largest or average of each window in quads, with generated x86-64 code. The border holds what
 * padding counts for: 0 for the largest, the zero point for the average. A work item is one plane.
 */
public final class X86QuadPool implements HostKernel<ArrangedProblem> {

  /** Sums of as many bytes fit 16 bits with a sign. */
  private static final long MOST_TAPS = 128;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QuadPool() {
    this(GeneratedCalls.NATIVE);
  }

  X86QuadPool(GeneratedCalls calls) {
    this.calls = calls;
  }

  /** Extents of either kind of pooling. */
  private record Window(
      List<Long> kernel, List<Long> strides, List<Long> dilations, List<Long> pads) {

    /** The window of {@code problem}; {@code null} where it is none. */
    static Window of(ArrangedProblem problem) {
      if (problem.problem() instanceof PoolProblem pool) {
        PoolGeometry g = pool.geometry();
        return new Window(g.kernel(), g.strides(), g.dilations(), g.padsBegin());
      }
      return problem.problem() instanceof QAveragePoolProblem pool
          ? new Window(pool.kernel(), pool.strides(), pool.dilations(), pool.padsBegin())
          : null;
    }

    int taps() {
      return Math.toIntExact(kernel.get(0) * kernel.get(1));
    }

    /** Byte offset of what a tap reads, from what output (0, 0) would read without padding. */
    int offset(int tap, int pitch) {
      long y = tap / kernel.get(1) * dilations.get(0) - pads.get(0);
      long x = tap % kernel.get(1) * dilations.get(1) - pads.get(1);
      return Math.toIntExact((y * pitch + x) * QuadGrid.CELL);
    }
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    Window window = Window.of(problem);
    if (window == null || problem.outputGrid() == null) {
      return Support.no("not int8 pooling of windows");
    }
    Support quads = QuadDemand.check(problem);
    if (!quads.isSupported()) {
      return quads;
    }
    if (window.strides().get(1) > 2) {
      return Support.no("a stride of %d along rows; 1 and 2 are made", window.strides().get(1));
    }
    if (problem.problem() instanceof QAveragePoolProblem && window.taps() > MOST_TAPS) {
      return Support.no("%d cells of a window; 16 bits hold 128 bytes' sum", window.taps());
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    Window window = Window.of(problem);
    QuadGrid input = problem.inputGrid(0);
    QuadGrid output = problem.outputGrid();
    int stride = Math.toIntExact(window.strides().get(1));
    boolean average = problem.problem() instanceof QAveragePoolProblem;
    QuadUnits.Space space =
        new QuadUnits.Space(
            output.height(),
            output.width(),
            Math.toIntExact(window.strides().get(0)) * input.pitch(),
            stride,
            QuadGrid.CELL,
            output.pitch());
    MemorySegment offsets = Arena.ofAuto().allocate(4L * window.taps(), 8);
    for (int tap = 0; tap < window.taps(); tap++) {
      offsets.set(Elements.I32, 4L * tap, window.offset(tap, input.pitch()));
    }
    QuadUnits units = QuadUnits.of(space, X86QuadPoolCode.CELLS);
    MemorySegment factors =
        problem.problem() instanceof QAveragePoolProblem pool
            ? new QuadFactors(pool).of(units, output, stride)
            : MemorySegment.NULL;
    GeneratedCall call = calls.of(new X86QuadPoolCode(average, stride));
    return new Run(problem, input, output, units, offsets, factors, call);
  }

  private record Run(
      ArrangedProblem problem,
      QuadGrid input,
      QuadGrid output,
      QuadUnits units,
      MemorySegment offsets,
      MemorySegment factors,
      GeneratedCall call)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return output.planes();
    }

    @Override
    public long scratchBytes() {
      return Args.BYTES;
    }

    private void begin(MemorySegment args) {
      args.set(Elements.I64, Args.UNITS, units.table().address());
      args.set(Elements.I64, Args.COUNT, units.count());
      args.set(Elements.I64, Args.OFFSETS, offsets.address());
      args.set(Elements.I64, Args.TAPS, offsets.byteSize() / 4);
      args.set(Elements.I64, Args.MASKS, units.masks().address());
      args.set(Elements.I64, Args.FACTORS, factors.address());
      if (problem.problem() instanceof QAveragePoolProblem pool) {
        int taps = (int) (offsets.byteSize() / 4);
        for (int i = 0; i < 16; i++) {
          args.set(Elements.I16, Args.BASE + 2L * i, (short) (taps * pool.inputZeroPoint()));
        }
        for (int i = 0; i < 8; i++) {
          args.set(Elements.F32, Args.LOW + 4L * i, pool.low() - pool.zeroPoint());
          args.set(Elements.F32, Args.HIGH + 4L * i, pool.high() - pool.zeroPoint());
          args.set(Elements.I32, Args.ZERO + 4L * i, pool.zeroPoint());
        }
      }
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      begin(scratch);
      MemorySegment y = a.outputValues(0);
      for (long plane = from; plane < to; plane++) {
        long x = a.inputValues(0).address() + input.pixels(plane);
        scratch.set(Elements.I64, Args.X, x);
        scratch.set(Elements.I64, Args.OUT, y.address() + output.pixels(plane));
        call.run(scratch);
        output.fillBorder(y, plane, problem.outputPadding());
      }
    }
  }
}

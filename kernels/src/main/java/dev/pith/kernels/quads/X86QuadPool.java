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
import dev.pith.kernels.x86.ArgumentImage;
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
    X86QuadBorder border = new X86QuadBorder(calls, output, problem.outputPadding());
    ArgumentImage image = image(problem, units, offsets, factors);
    List<MemorySegment> tables = List.of(units.table(), units.masks(), offsets, factors);
    return new Run(input, output, tables, image, border, call);
  }

  /** The arguments as far as they stay the same. */
  private static ArgumentImage image(
      ArrangedProblem problem, QuadUnits units, MemorySegment offsets, MemorySegment factors) {
    long taps = offsets.byteSize() / 4;
    ArgumentImage image =
        new ArgumentImage(Args.BYTES)
            .i64(Args.UNITS, units.table().address())
            .i64(Args.COUNT, units.count())
            .i64(Args.OFFSETS, offsets.address())
            .i64(Args.TAPS, taps)
            .i64(Args.MASKS, units.masks().address())
            .i64(Args.FACTORS, factors.address());
    return problem.problem() instanceof QAveragePoolProblem pool
        ? image
            .i16(Args.BASE, 32, (int) taps * pool.inputZeroPoint())
            .f32(Args.LOW, 32, pool.low() - pool.zeroPoint())
            .f32(Args.HIGH, 32, pool.high() - pool.zeroPoint())
            .i32(Args.ZERO, 32, pool.zeroPoint())
        : image;
  }

  /**
   * @param tables what the image points to
   */
  private record Run(
      QuadGrid input,
      QuadGrid output,
      List<MemorySegment> tables,
      ArgumentImage image,
      X86QuadBorder border,
      GeneratedCall call)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return output.planes();
    }

    @Override
    public long scratchBytes() {
      return Math.max(Args.BYTES, X86QuadBorder.BYTES);
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      image.copyTo(scratch);
      MemorySegment y = a.outputValues(0);
      for (long plane = from; plane < to; plane++) {
        long x = a.inputValues(0).address() + input.pixels(plane);
        scratch.set(Elements.I64, Args.X, x);
        scratch.set(Elements.I64, Args.OUT, y.address() + output.pixels(plane));
        call.run(scratch);
      }
      border.fill(y, from, to - from, scratch);
    }
  }
}

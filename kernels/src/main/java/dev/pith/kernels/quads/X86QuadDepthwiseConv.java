package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quads.X86QuadDepthwiseCode.Args;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.ArgumentImage;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Depthwise {@link QConvProblem} in quads with generated x86-64 code, in place: the border of the
 * input is the padding. A work item is one plane.
 */
public final class X86QuadDepthwiseConv implements HostKernel<ArrangedProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QuadDepthwiseConv() {
    this(GeneratedCalls.NATIVE);
  }

  X86QuadDepthwiseConv(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    if (!(problem.problem() instanceof QConvProblem conv) || !conv.geometry().isDepthwise()) {
      return Support.no("not an int8 depthwise convolution");
    }
    if (!(conv.layout() instanceof Dense)) {
      return Support.no("the weight's layout is %s, not dense", conv.layout().name());
    }
    Support quads = QuadDemand.check(problem);
    if (!quads.isSupported()) {
      return quads;
    }
    long stride = conv.geometry().strides().get(1);
    return stride > 2
        ? Support.no("a stride of %d along rows; 1 and 2 are made", stride)
        : X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    QConvProblem conv = (QConvProblem) problem.problem();
    Tensor weight = context.constant(1);
    Tensor scale = context.constant(2);
    Tensor bias = conv.bias() ? context.constant(3) : null;
    if (weight == null || scale == null || conv.bias() && bias == null) {
      throw new IllegalArgumentException("weight, scale and bias of an int8 layer must be known");
    }
    ConvGeometry g = conv.geometry();
    QuadGrid input = problem.inputGrid(0);
    QuadGrid output = problem.outputGrid();
    int stride = Math.toIntExact(g.strides().get(1));
    QuadUnits.Space space =
        new QuadUnits.Space(
            output.height(),
            output.width(),
            Math.toIntExact(g.strides().get(0)) * input.pitch(),
            stride,
            QuadGrid.CELL,
            output.pitch());
    int zero = conv.requantize().inputZeroPoint();
    String form =
        "quad_depthwise_"
            + zero
            + "_"
            + scale.values().address()
            + "_"
            + (bias == null ? 0 : bias.values().address());
    MemorySegment packed =
        context.packed(1, form, arena -> pack(weight, scale, bias, zero, output.quads(), arena));
    QuadUnits units = QuadUnits.of(space, X86QuadPoolCode.CELLS);
    GeneratedCall call = calls.of(new X86QuadDepthwiseCode(stride));
    MemorySegment offsets = offsets(g, input);
    List<MemorySegment> tables = List.of(units.table(), units.masks(), offsets);
    ArgumentImage image = image(conv.requantize(), units, offsets);
    X86QuadBorder border = new X86QuadBorder(calls, output, problem.outputPadding());
    return new Run(input, output, packed, tables, image, border, call);
  }

  /** The arguments as far as they stay the same. */
  private static ArgumentImage image(Requantize r, QuadUnits units, MemorySegment offsets) {
    return new ArgumentImage(Args.BYTES)
        .f32(Args.LOW, 32, r.low() - r.zeroPoint())
        .f32(Args.HIGH, 32, r.high() - r.zeroPoint())
        .i32(Args.ZERO, 32, r.zeroPoint())
        .i64(Args.UNITS, units.table().address())
        .i64(Args.COUNT, units.count())
        .i64(Args.OFFSETS, offsets.address())
        .i64(Args.PAIRS, offsets.byteSize() / 8)
        .i64(Args.MASKS, units.masks().address());
  }

  /** Offsets of the taps; where their number is odd the last is there twice. */
  private static MemorySegment offsets(ConvGeometry g, QuadGrid input) {
    int taps = Math.toIntExact(g.taps());
    MemorySegment offsets = Arena.ofAuto().allocate(8L * pairs(taps), 8);
    for (int i = 0; i < 2 * pairs(taps); i++) {
      long tap = Math.min(i, taps - 1);
      long y = tap / g.kernel().get(1) * g.dilations().get(0) - g.padsBegin().get(0);
      long x = tap % g.kernel().get(1) * g.dilations().get(1) - g.padsBegin().get(1);
      int cells = Math.toIntExact(y * input.pitch() + x);
      offsets.set(Elements.I32, 4L * i, cells * QuadGrid.CELL);
    }
    return offsets;
  }

  private static int pairs(int taps) {
    return (taps + 1) / 2;
  }

  /** Bytes of a plane's constants: where sums begin, scales, weights. */
  private static long planeBytes(int taps) {
    return 64 + 32L * pairs(taps);
  }

  private static MemorySegment pack(
      Tensor weight, Tensor scale, Tensor bias, int zero, int quads, Arena arena) {
    int taps = Math.toIntExact(weight.columns());
    MemorySegment packed = arena.allocate(quads * planeBytes(taps), 64);
    for (int c = 0; c < weight.rows(); c++) {
      long plane = c / 4 * planeBytes(taps);
      int start = bias == null ? 0 : (int) bias.getLong(c);
      for (int tap = 0; tap < taps; tap++) {
        int w = (int) weight.getLong((long) c * taps + tap);
        start -= zero * w;
        long at = plane + 64 + 32L * (tap / 2) + 4 * (c % 4) + 2 * (tap % 2);
        packed.set(Elements.I16, at, (short) w);
        packed.set(Elements.I16, at + 16, (short) w);
      }
      for (long at = plane + 4 * (c % 4); at < plane + 32; at += 16) {
        packed.set(Elements.I32, at, start);
        packed.set(Elements.F32, at + 32, (float) scale.getDouble(c));
      }
    }
    return packed;
  }

  /**
   * @param packed constants of each plane
   * @param tables what the image points to
   */
  private record Run(
      QuadGrid input,
      QuadGrid output,
      MemorySegment packed,
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
        int phase, Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
      image.copyTo(args);
      MemorySegment y = a.outputValues(0);
      long constants = packed.byteSize() / output.quads();
      for (long plane = from; plane < to; plane++) {
        long start = packed.address() + plane % output.quads() * constants;
        args.set(Elements.I64, Args.START, start);
        args.set(Elements.I64, Args.WEIGHTS, start + 64);
        args.set(Elements.I64, Args.X, a.inputValues(0).address() + input.pixels(plane));
        args.set(Elements.I64, Args.OUT, y.address() + output.pixels(plane));
        call.run(args);
      }
      border.fill(y, from, to - from, args);
    }
  }
}

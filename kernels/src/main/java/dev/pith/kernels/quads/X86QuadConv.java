package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quads.X86QuadConvCode.Args;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;

/**
 * {@link QConvProblem} from quads to quads with generated x86-64 code, for weights of any layout
 * and any groups. Where {@link X86QuadWindows} has to regroup the input, that is the first phase.
 * Then a work item is one image, a span of tiles and a block of output channels; the item of an
 * image's first span also fills the borders of its planes.
 */
public final class X86QuadConv implements HostKernel<ArrangedProblem> {

  /** Quads of output channels of a work item at most: their weights stay in the second cache. */
  private static final int QUADS = 16;

  /** Pixels of a work item, roughly. */
  private static final int SPAN = 192;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QuadConv() {
    this(GeneratedCalls.NATIVE);
  }

  X86QuadConv(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public String name() {
    return "x86_quad_conv";
  }

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    if (!(problem.problem() instanceof QConvProblem conv)) {
      return Support.no("not an int8 convolution");
    }
    Support quads = QuadDemand.check(problem);
    if (!quads.isSupported()) {
      return quads;
    }
    ConvGeometry g = conv.geometry();
    if (g.inputChannels() / g.groups() < 3) {
      return Support.no("%d channels in %d groups", g.inputChannels(), g.groups());
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    QConvProblem conv = (QConvProblem) problem.problem();
    Requantize requantize = conv.requantize();
    ConvGeometry g = conv.geometry();
    X86Isa isa = X86Isa.best(context.target());
    boolean wide = isa == X86Isa.AVX2;
    int zero = requantize.inputZeroPoint();
    QuadGrid input = problem.inputGrid(0);
    X86QuadWindows windows = new X86QuadWindows(calls, g, input, wide, zero);
    Tensor weight = context.constant(1);
    Tensor scale = context.constant(2);
    Tensor bias = conv.bias() ? context.constant(3) : null;
    if (weight == null || scale == null || conv.bias() && bias == null) {
      throw new IllegalArgumentException("weight, scale and bias of an int8 layer must be known");
    }
    QuadWeights weights = QuadWeights.plan(weight, g, isa::cost, isa.rowChoices());
    String form = "quads_" + isa + "_" + weights.rows() + "_" + input + g;
    String start =
        "quads_start_"
            + (wide ? 0 : zero)
            + "_"
            + scale.values().address()
            + "_"
            + (bias == null ? 0 : bias.values().address());
    MemorySegment blocks =
        context.packed(1, form, arena -> weights.pack(weight, g, windows::offset, arena));
    MemorySegment starts =
        context.packed(
            1, start, arena -> weights.packStarts(weight, scale, bias, wide ? 0 : zero, arena));
    X86QuadConvCode code = new X86QuadConvCode(isa, weights.rows());
    return new Run(
        problem,
        windows,
        weights,
        blocks,
        starts,
        code,
        calls.of(code),
        context.target().threads());
  }

  private static final class Run implements HostProgram {
    private final ArrangedProblem problem;
    private final Requantize requantize;
    private final X86QuadWindows windows;
    private final QuadWeights weights;
    private final MemorySegment blocks;
    private final MemorySegment starts;
    private final X86QuadConvCode code;
    private final GeneratedCall call;
    private final QuadGrid output;
    private final QuadUnits units;
    private final QuadItems items;

    Run(
        ArrangedProblem problem,
        X86QuadWindows windows,
        QuadWeights weights,
        MemorySegment blocks,
        MemorySegment starts,
        X86QuadConvCode code,
        GeneratedCall call,
        int threads) {
      this.problem = problem;
      this.requantize = ((QConvProblem) problem.problem()).requantize();
      this.windows = windows;
      this.weights = weights;
      this.blocks = blocks;
      this.starts = starts;
      this.code = code;
      this.call = call;
      this.output = problem.outputGrid();
      QuadUnits.Space space =
          new QuadUnits.Space(
              output.height(),
              output.width(),
              windows.rowStep(),
              1,
              windows.cellBytes(),
              output.pitch());
      this.units = QuadUnits.of(space, code.unitPixels(), code.units());
      int span = Math.max(1, SPAN / (code.unitPixels() * code.units()));
      this.items =
          QuadItems.of(output.batch(), units.tiles(), span, output.quads(), QUADS, threads);
    }

    @Override
    public int phases() {
      return windows.isDirect() ? 1 : 2;
    }

    @Override
    public long workItems(int phase) {
      return phase < phases() - 1 ? windows.planes() : items.count();
    }

    @Override
    public long sharedBytes() {
      return windows.bytes();
    }

    @Override
    public long scratchBytes() {
      return Math.max(Args.BYTES, X86QuadWindows.scratchBytes());
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (phase < phases() - 1) {
        windows.build(a.inputValues(0), shared, scratch, from, to);
        return;
      }
      int zero = requantize.zeroPoint();
      for (long i = 0; i < 64; i += 4) {
        scratch.set(Elements.F32, Args.LOW + i, requantize.low() - zero);
        scratch.set(Elements.F32, Args.HIGH + i, requantize.high() - zero);
        scratch.set(Elements.I32, Args.ZERO + i, zero);
      }
      scratch.set(Elements.I64, Args.OFFSETS, blocks.address() + weights.offsetsAt());
      scratch.set(Elements.I64, Args.WEIGHTS, blocks.address() + weights.weightsAt());
      scratch.set(Elements.I64, Args.OUT_STRIDE, output.planeBytes());
      scratch.set(Elements.I64, Args.MASKS, units.masks().address());
      for (long item = from; item < to; item++) {
        item(a, shared, scratch, item);
      }
    }

    private void item(Arguments a, MemorySegment shared, MemorySegment args, long item) {
      MemorySegment y = a.outputValues(0);
      long image = items.image(item);
      int quad = items.firstQuad(item);
      int quads = items.quads(item);
      int tile = items.firstTile(item);
      long plane = image * output.quads() + quad;
      if (tile == 0) {
        for (int i = 0; i < quads; i++) {
          output.fillBorder(y, plane + i, problem.outputPadding());
        }
      }
      long units0 = units.table().address() + (long) tile * code.units() * QuadUnits.BYTES;
      args.set(Elements.I64, Args.UNITS, units0);
      args.set(Elements.I64, Args.TILES, items.tiles(item));
      args.set(Elements.I64, Args.X, windows.address(a.inputValues(0), shared, image));
      args.set(Elements.I64, Args.OUT, y.address() + output.pixels(plane));
      long lists = 4L * quad * weights.listsPerQuad();
      args.set(Elements.I64, Args.STARTS, blocks.address() + lists);
      args.set(Elements.I64, Args.BIAS, starts.address() + 16L * quad);
      args.set(Elements.I64, Args.SCALE, starts.address() + starts.byteSize() / 2 + 16L * quad);
      args.set(Elements.I64, Args.QUADS, quads);
      call.run(args);
    }
  }
}

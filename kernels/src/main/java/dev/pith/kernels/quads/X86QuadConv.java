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
import dev.pith.kernels.x86.ArgumentImage;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@link QConvProblem} from quads to quads with generated x86-64 code, for weights of any layout
 * and any groups. Where {@link X86QuadWindows} has to regroup the input, that is the first phase.
 * Then a work item is one image, a span of tiles and a block of output channels; the item of an
 * image's first span also fills the borders of its planes.
 */
public final class X86QuadConv implements HostKernel<ArrangedProblem> {

  /** Quads of output channels of a work item at most: their weights stay in the second cache. */
  private static final int QUADS = 16;

  /** Bytes of activations that stay in the first-level cache while weights pass through it. */
  private static final long NEAR_BYTES = 20 << 10;

  /** Pixels of a work item, roughly. */
  private static final int SPAN = 192;

  /** Scales of layers are nearly always far below. */
  private static final float LARGE = 0.25f;

  private final GeneratedCalls calls;
  private final Set<QuadForm> forms;

  /** The kernel whose code the processor runs. */
  public X86QuadConv() {
    this(GeneratedCalls.NATIVE);
  }

  X86QuadConv(GeneratedCalls calls) {
    this(calls, EnumSet.allOf(QuadForm.class));
  }

  /**
   * @param forms what to choose from, some of them for each instruction set
   */
  X86QuadConv(GeneratedCalls calls, Set<QuadForm> forms) {
    this.calls = calls;
    this.forms = forms;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    if (!QuadDemand.isConv(problem.problem())) {
      return Support.no("not an int8 convolution");
    }
    Support quads = QuadDemand.check(problem);
    if (!quads.isSupported()) {
      return quads;
    }
    ConvGeometry g = conv(problem).geometry();
    if (g.inputChannels() / g.groups() < 3) {
      return Support.no("%d channels in %d groups", g.inputChannels(), g.groups());
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    QConvProblem conv = conv(problem);
    QuadSum sum = problem.problem() instanceof QConvAddProblem both ? QuadSum.of(both.add()) : null;
    ConvGeometry g = conv.geometry();
    int zero = conv.requantize().inputZeroPoint();
    int input = problem.inputs().size();
    Tensor weight = context.constant(input);
    Tensor scale = context.constant(input + 1);
    Tensor bias = conv.bias() ? context.constant(input + 2) : null;
    if (weight == null || scale == null || conv.bias() && bias == null) {
      throw new IllegalArgumentException("weight, scale and bias of an int8 layer must be known");
    }
    QuadScan scan = new QuadScan(weight, g);
    QuadWeights.Sample sample = new QuadWeights.Sample(scan, problem.outputGrid().quads());
    Choice best = null;
    Space space = null;
    for (QuadForm form : QuadForm.of(X86Isa.best(context.target()))) {
      if (!forms.contains(form)) {
        continue;
      }
      if (space == null || !space.fits(form)) {
        space = space(problem, form);
      }
      Choice choice = choose(problem, form, space, sample);
      best = best == null || choice.cost() < best.cost() ? choice : best;
    }
    QuadWeights weights = best.weights();
    double entries = best.entries();
    X86QuadWindows windows = best.space().windows();
    QuadUnits units = best.space().units();
    boolean wide = weights.form().isWide();
    String form =
        weights.form()
            + "_"
            + weights.rows()
            + "_"
            + problem.inputGrid(0).border()
            + "_"
            + g.layerName();
    String start =
        "quads_start_"
            + (wide ? 0 : zero)
            + "_"
            + scale.values().address()
            + "_"
            + (bias == null ? 0 : bias.values().address());
    MemorySegment blocks =
        context.packed(input, form, arena -> weights.pack(scan, windows::offset, entries, arena));
    MemorySegment starts =
        context.packed(
            input, start, arena -> weights.packStarts(scan, scale, bias, wide ? 0 : zero, arena));
    int most = Math.min(units.count(), weights.form().mostUnits(weights.rows()));
    int rest = units.count() % most;
    boolean saturates = isSmall(scale) && (sum == null || sum.saturates());
    Code whole = code(weights, most, sum != null, saturates);
    Code last = rest == 0 ? null : code(weights, rest, sum != null, saturates);
    Layer layer = new Layer(conv.requantize(), sum, windows, weights, blocks, starts, units);
    QuadGrid output = problem.outputGrid();
    X86QuadBorder border = new X86QuadBorder(calls, output, problem.outputPadding());
    return new Run(output, layer, border, whole, last, context.target().threads());
  }

  /** The convolution, whether something is added or not. */
  private static QConvProblem conv(ArrangedProblem problem) {
    return problem.problem() instanceof QConvAddProblem both
        ? both.conv()
        : (QConvProblem) problem.problem();
  }

  /** Whether sums of 32 bits times their scale are far from 2³¹. */
  private static boolean isSmall(Tensor scale) {
    for (float factor : scale.toFloats()) {
      if (!(Math.abs(factor) < LARGE)) {
        return false;
      }
    }
    return true;
  }

  private Code code(QuadWeights weights, int units, boolean adds, boolean saturates) {
    X86QuadConvCode code =
        new X86QuadConvCode(weights.form(), weights.rows(), units, adds, saturates);
    return new Code(code, calls.of(code));
  }

  /**
   * What windows see of the input, and the units of the output, for forms of some cells.
   *
   * @param wide whether activations are widened
   * @param pixels cells of a unit
   */
  private record Space(boolean wide, int pixels, X86QuadWindows windows, QuadUnits units) {

    /** Whether {@code form} works with these. */
    boolean fits(QuadForm form) {
      return wide == form.isWide() && pixels == form.unitPixels();
    }
  }

  private Space space(ArrangedProblem problem, QuadForm form) {
    QConvProblem conv = conv(problem);
    QuadGrid output = problem.outputGrid();
    X86QuadWindows windows =
        new X86QuadWindows(
            calls,
            conv.geometry(),
            problem.inputGrid(0),
            form.isWide(),
            conv.requantize().inputZeroPoint());
    QuadUnits.Space space =
        new QuadUnits.Space(
            output.height(),
            output.width(),
            windows.rowStep(),
            1,
            windows.cellBytes(),
            output.pitch());
    QuadUnits units = QuadUnits.of(space, form.unitPixels());
    return new Space(form.isWide(), form.unitPixels(), windows, units);
  }

  /** One way to compute a layer, its entries and cycles for an image, roughly. */
  private record Choice(QuadWeights weights, double entries, Space space, double cost) {}

  /** The best number of rows with {@code form}. */
  private static Choice choose(
      ArrangedProblem problem, QuadForm form, Space space, QuadWeights.Sample sample) {
    X86QuadWindows windows = space.windows();
    QuadUnits units = space.units();
    QuadGrid input = problem.inputGrid(0);
    QuadGrid output = problem.outputGrid();
    Choice best = null;
    for (int rows : form.rowChoices()) {
      QuadWeights weights = new QuadWeights(form, rows, output.quads());
      int most = Math.min(units.count(), form.mostUnits(rows));
      int rest = units.count() % most;
      boolean far = windows.seen(most * form.unitPixels()) * input.quads() > NEAR_BYTES;
      double cycles = (units.count() / most) * form.cycles(rows, most, far);
      cycles += rest == 0 ? 0 : form.cycles(rows, rest, far);
      double list = (units.count() / most) * form.listCycles(rows, most);
      list += rest == 0 ? 0 : form.listCycles(rows, rest);
      double entries = sample.entries(weights);
      double cost = entries * cycles + weights.lists() * list;
      if (best == null || cost < best.cost()) {
        best = new Choice(weights, entries, space, cost);
      }
    }
    return best;
  }

  private record Code(X86QuadConvCode code, GeneratedCall call) {}

  /**
   * What the phases of a layer work with.
   *
   * @param sum what is done with the other summand; {@code null} where nothing is added
   * @param starts where sums begin, and scales
   */
  private record Layer(
      Requantize requantize,
      QuadSum sum,
      X86QuadWindows windows,
      QuadWeights weights,
      MemorySegment blocks,
      MemorySegment starts,
      QuadUnits units) {}

  private static final class Run implements QuadProgram {
    /** Behind a tile's arguments are those of borders. */
    private static final long BORDER_AT = Args.BYTES + 63 & -64;

    private final Layer layer;
    private final X86QuadWindows windows;
    private final QuadWeights weights;
    private final QuadUnits units;
    private final Code whole;
    private final Code last;
    private final QuadGrid output;
    private final QuadItems items;
    private final X86QuadBorder border;
    private final ArgumentImage image;

    Run(QuadGrid output, Layer layer, X86QuadBorder border, Code whole, Code last, int threads) {
      this.layer = layer;
      this.windows = layer.windows();
      this.weights = layer.weights();
      this.units = layer.units();
      this.whole = whole;
      this.last = last;
      this.output = output;
      this.border = border;
      this.image =
          X86QuadConvImage.of(
              layer.requantize(),
              layer.weights(),
              layer.blocks(),
              layer.units(),
              output,
              layer.sum(),
              whole.code().saturates());
      int perTile = whole.code().units();
      int tiles = (units.count() + perTile - 1) / perTile;
      int span = Math.max(1, SPAN / (weights.form().unitPixels() * perTile));
      this.items = QuadItems.of(output.batch(), tiles, span, output.quads(), QUADS, threads);
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
      return BORDER_AT + Math.max(X86QuadBorder.BYTES, X86QuadWindows.scratchBytes());
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment residual = layer.sum() == null ? null : a.inputValues(1);
      run(phase, a.inputValues(0), residual, a.outputValues(0), shared, scratch, from, to);
    }

    @Override
    public void run(
        int phase,
        MemorySegment x,
        MemorySegment y,
        MemorySegment shared,
        MemorySegment scratch,
        long from,
        long to) {
      run(phase, x, null, y, shared, scratch, from, to);
    }

    private void run(
        int phase,
        MemorySegment x,
        MemorySegment residual,
        MemorySegment y,
        MemorySegment shared,
        MemorySegment scratch,
        long from,
        long to) {
      if (phase < phases() - 1) {
        windows.build(x, shared, scratch, from, to);
        return;
      }
      image.copyTo(scratch);
      if (residual != null) {
        scratch.set(Elements.I64, Args.RESIDUAL, residual.address() - y.address());
      }
      for (long item = from; item < to; item++) {
        item(x, y, shared, scratch, item);
      }
    }

    private void item(
        MemorySegment x, MemorySegment y, MemorySegment shared, MemorySegment args, long item) {
      long image = items.image(item);
      int quad = items.firstQuad(item);
      int quads = items.quads(item);
      int tile = items.firstTile(item);
      long plane = image * output.quads() + quad;
      if (tile == 0) {
        border.fill(y, plane, quads, args.asSlice(BORDER_AT));
      }
      args.set(Elements.I64, Args.X, windows.address(x, shared, image));
      args.set(Elements.I64, Args.OUT, y.address() + output.pixels(plane));
      args.set(Elements.I64, Args.STARTS, layer.blocks().address() + weights.startsAt(quad));
      MemorySegment starts = layer.starts();
      args.set(Elements.I64, Args.BIAS, starts.address() + 16L * quad);
      args.set(Elements.I64, Args.SCALE, starts.address() + starts.byteSize() / 2 + 16L * quad);
      args.set(Elements.I64, Args.QUADS, quads);
      int perTile = whole.code().units();
      int wholeTiles = Math.min(tile + items.tiles(item), units.count() / perTile) - tile;
      long at = units.table().address() + (long) tile * perTile * QuadUnits.BYTES;
      if (wholeTiles > 0) {
        tiles(args, whole, at, wholeTiles);
      }
      if (wholeTiles < items.tiles(item)) {
        tiles(args, last, at + (long) wholeTiles * perTile * QuadUnits.BYTES, 1);
      }
    }

    private static void tiles(MemorySegment args, Code code, long table, int tiles) {
      args.set(Elements.I64, Args.UNITS, table);
      args.set(Elements.I64, Args.TILES, tiles);
      code.call().run(args);
    }
  }
}

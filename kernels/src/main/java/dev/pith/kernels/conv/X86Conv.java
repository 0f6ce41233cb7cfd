package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.matmul.X86FmaCode;
import dev.pith.kernels.matmul.X86FmaCode.Args;
import dev.pith.kernels.matmul.X86FmaList;
import dev.pith.kernels.matmul.X86RowsCode;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * {@link ConvProblem} on F32 activations with generated x86-64 code, for floating-point weights of
 * any layout. The input is brought into the form of {@link ConvPlanes} unless it has it already;
 * then a work item is one image, one group, a span of tiles and a block of output channels, whose
 * sums are finished (residual, activation) while they are in the cache. Weights that are zero cost
 * nothing.
 */
public final class X86Conv implements HostKernel<ConvProblem> {

  /** Output channels of a work item at most. */
  private static final int ROWS = 64;

  /** Positions of a work item, roughly. */
  private static final int SPAN = 192;

  /** Channels added up at a time: their tile and its pages stay in the first cache. */
  private static final int CHANNELS = 48;

  /** Fewer positions leave most of a tile empty. */
  private static final int FEWEST = 12;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86Conv() {
    this(GeneratedCalls.NATIVE);
  }

  X86Conv(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    Support able = takes(problem, target);
    if (!able.isSupported()) {
      return able;
    }
    if (g.outputPixels() < FEWEST) {
      return Support.no("%d outputs of a channel; a tile needs %d", g.outputPixels(), FEWEST);
    }
    return Support.YES;
  }

  /** Whether generated code runs on {@code target} and takes the problem's types. */
  static Support takes(ConvProblem problem, Target target) {
    if (X86FmaCode.bits(target) == 0) {
      return Support.no("%s runs no generated code with AVX2 and FMA", target.architecture());
    }
    if (problem.input() != DType.F32) {
      return Support.no("activations are %s, not F32", problem.input());
    }
    if (!problem.weight().isFloat() || problem.weight() == DType.F64) {
      return Support.no("weights are %s", problem.weight());
    }
    return Support.YES;
  }

  @Override
  public String arithmetic(ConvProblem problem) {
    ConvGeometry g = problem.geometry();
    // Few channels are added up in the order of the columns, as other kernels do.
    boolean ascending = g.inputChannels() / g.groups() <= CHANNELS || g.taps() == 1;
    return ascending ? VectorConv.ARITHMETIC : name();
  }

  @Override
  public HostProgram prepare(ConvProblem problem, PrepareContext context) {
    ConvGeometry g = problem.geometry();
    int bits = X86FmaCode.bits(context.target());
    Tensor weight = context.constant(1);
    Tensor bias = problem.epilogue().bias() ? context.constant(2) : null;
    if (weight == null || problem.epilogue().bias() && bias == null) {
      return new VectorConv().prepare(problem, context);
    }
    int groups = Math.toIntExact(g.groups());
    int depth = Math.toIntExact(g.inputChannels() / g.groups());
    int channels = Math.min(depth, CHANNELS);
    X86FmaList list = X86FmaList.plan(weight, groups, bits, channels * Math.toIntExact(g.taps()));
    ConvPlanes inPlace = new ConvPlanes(g, true, 4);
    X86FmaCode code = X86FmaCode.of(bits, list.rows(), inPlace.positions());
    // In place nothing behind the input may be read: the last tile must fit.
    ConvPlanes planes =
        inPlace.isDirect() && inPlace.positions() < code.pixels()
            ? new ConvPlanes(g, false, 4)
            : inPlace;
    String form = "x86_" + bits + "_" + list.rows() + "x1_" + g.layerName();
    MemorySegment packed =
        context.packed(
            1,
            form,
            arena ->
                list.pack(
                    weight,
                    place -> column(place, depth, channels, (int) g.taps()),
                    column ->
                        column % depth * 4L * planes.planeSize()
                            + 4L * planes.offset(column / depth),
                    arena));
    String start = "x86_bias" + list.rows() + (bias == null ? 0 : bias.values().address());
    MemorySegment biases =
        context.packed(1, start, arena -> list.packBias(bias, g.outputChannels(), arena));
    return new Run(problem, planes, list, packed, biases, code, calls, context.target().threads());
  }

  /** Columns are tap by tap; here they are some channels at a time, all taps of these. */
  private static int column(int place, int depth, int channels, int taps) {
    int first = place / (channels * taps) * channels;
    int some = Math.min(channels, depth - first);
    int rest = place - first * taps;
    return rest / some * depth + first + rest % some;
  }

  private static final class Run implements HostProgram {
    private final ConvGeometry geometry;
    private final ConvPlanes planes;
    private final X86FmaList list;
    private final MemorySegment packed;
    private final MemorySegment biases;
    private final GeneratedCall first;
    private final GeneratedCall next;
    private final X86ConvRows rows;
    private final X86Planes build;
    private final long groups;
    private final int lists;
    private final int groupRows;
    private final int tile;
    private final int span;
    private final int spans;
    private final int listsPerItem;
    private final int listBlocks;

    Run(
        ConvProblem problem,
        ConvPlanes planes,
        X86FmaList list,
        MemorySegment packed,
        MemorySegment biases,
        X86FmaCode code,
        GeneratedCalls calls,
        int threads) {
      this.geometry = problem.geometry();
      this.planes = planes;
      this.list = list;
      this.packed = packed;
      this.biases = biases;
      this.first = calls.of(code);
      this.next = calls.of(code.continued());
      int outputs = Math.toIntExact(geometry.outputChannels() / geometry.groups());
      // Groups of one list each (depthwise) follow each other as lists that read other planes.
      boolean merged = list.lists() == 1 && list.rows() == outputs;
      this.groups = merged ? 1 : geometry.groups();
      this.lists = merged ? list.groups() : list.lists();
      this.groupRows = Math.toIntExact(geometry.outputChannels() / groups);
      this.build = new X86Planes(calls, geometry, planes);
      this.tile = code.pixels();
      int tiles = (planes.positions() + tile - 1) / tile;
      this.span = Math.max(1, Math.min(tiles, SPAN / tile)) * tile;
      this.spans = (planes.positions() + span - 1) / span;
      int each = Math.min(lists, ROWS / list.rows());
      while (each > 4 && items(each) < 2L * threads) {
        each = (each + 1) / 2;
      }
      this.listsPerItem = each;
      this.listBlocks = (lists + each - 1) / each;
      this.rows = new X86ConvRows(calls, problem.epilogue(), planes, span, tile);
    }

    private long items(int listsOfItem) {
      long perGroup = (long) spans * ((lists + listsOfItem - 1) / listsOfItem);
      return geometry.batch() * groups * perGroup;
    }

    @Override
    public int phases() {
      return planes.isDirect() ? 1 : 2;
    }

    private boolean isBuilding(int phase) {
      return phase == 0 && !planes.isDirect();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, isBuilding(phase) ? planes.planes() : items(listsPerItem));
    }

    @Override
    public long sharedBytes() {
      return planes.isDirect() ? 0 : planes.bytes() + 4L * tile + 63 & -64;
    }

    /** Arguments of a tile, of finishing, staging. */
    private long stagingAt() {
      return Args.BYTES + X86RowsCode.Args.BYTES;
    }

    @Override
    public long scratchBytes() {
      return stagingAt() + rows.rowBytes() * listsPerItem * list.rows();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (isBuilding(phase)) {
        build.build(a.inputValues(0), shared, scratch, from, to);
        return;
      }
      MemorySegment x = planes.isDirect() ? a.inputValues(0) : shared;
      rows.begin(scratch.asSlice(Args.BYTES, X86RowsCode.Args.BYTES));
      scratch.set(Elements.I64, Args.OFFSETS, packed.address() + list.offsetsAt());
      scratch.set(Elements.I64, Args.WEIGHTS, packed.address() + list.weightsAt());
      for (long item = from; item < Math.min(to, items(listsPerItem)); item++) {
        item(a, x, scratch, item);
      }
    }

    private void item(Arguments a, MemorySegment x, MemorySegment scratch, long item) {
      int firstList = (int) (item % listBlocks) * listsPerItem;
      int spanNumber = (int) (item / listBlocks % spans);
      int group = (int) (item / listBlocks / spans % groups);
      long image = item / listBlocks / spans / groups;
      int some = Math.min(listsPerItem, lists - firstList);
      int firstRow = firstList * list.rows();
      int count = Math.min(some * list.rows(), groupRows - firstRow);
      long at = (long) group * lists + firstList;
      scratch.set(Elements.I64, Args.BIAS, biases.address() + 4 * at * list.rows());
      scratch.set(Elements.I64, Args.GROUPS, some);
      scratch.set(Elements.I64, Args.OUT_STRIDE, rows.rowBytes());
      // Groups that follow each other as lists move on by the planes of a group.
      long planesBytes = geometry.inputChannels() / geometry.groups() * 4L * planes.planeSize();
      boolean merged = groups < geometry.groups();
      long firstGroup = image * geometry.groups() + (merged ? firstList : group);
      long in = x.address() + firstGroup * planesBytes;
      scratch.set(Elements.I64, Args.X_STEP, merged ? planesBytes : 0);
      int position = spanNumber * span;
      int length = Math.min(span, planes.positions() - position);
      // In place the last tile ends with the last position: sums again, not beyond the input.
      int begin = planes.isDirect() ? Math.min(position, planes.positions() - tile) : position;
      long staging = scratch.address() + stagingAt();
      // A part's weights stay in the second cache for all tiles, whose sums wait in staging.
      int tiles = planes.isDirect() ? length / tile : (length + tile - 1) / tile;
      for (int part = 0; part < list.parts(); part++) {
        for (int t = 0; t < tiles; t++) {
          int start = position + t * tile;
          tile(scratch, part, at, in + 4L * start, staging + 4L * (start - begin));
        }
      }
      // A tile that repeats positions begins them again: all its parts follow each other.
      for (int part = 0; tiles * tile < length && part < list.parts(); part++) {
        int start = planes.positions() - tile;
        tile(scratch, part, at, in + 4L * start, staging + 4L * (start - begin));
      }
      long channel = image * geometry.outputChannels() + (long) group * groupRows + firstRow;
      rows.finish(
          a,
          scratch.asSlice(Args.BYTES, X86RowsCode.Args.BYTES),
          scratch.address() + stagingAt() + 4L * (position - begin),
          channel,
          count,
          spanNumber);
    }

    private void tile(MemorySegment args, int part, long firstOfAll, long x, long out) {
      long starts = (long) part * list.groups() * list.lists() + firstOfAll;
      args.set(Elements.I64, Args.STARTS, packed.address() + 4 * starts);
      args.set(Elements.I64, Args.X, x);
      args.set(Elements.I64, Args.OUT, out);
      (part == 0 ? first : next).run(args);
    }
  }
}

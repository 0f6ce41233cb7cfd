package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quantized.X86BlockCode.Args;
import dev.pith.kernels.tensor.ByteCopy;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * {@link QConvProblem} with generated x86-64 code, for weights of any layout. First the input is
 * interleaved to planes of quads ({@link X86QuadPlanes}); then a work item is one image, one group,
 * a span of tiles and a block of output channels. Blocks of weights that are zero cost nothing.
 */
public final class X86QConv implements HostKernel<QConvProblem> {

  /** Output channels of a work item at most: their blocks stay in the second-level cache. */
  private static final int ROWS = 64;

  /** Positions of a work item, roughly. */
  private static final int SPAN = 192;

  @Override
  public String name() {
    return "x86_q_conv";
  }

  @Override
  public Support supports(QConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    if (g.inputChannels() / g.groups() < 3) {
      return Support.no(
          "%d input channels in %d groups fill quads badly", g.inputChannels(), g.groups());
    }
    return X86Isa.supports(target);
  }

  @Override
  public HostProgram prepare(QConvProblem problem, PrepareContext context) {
    ConvGeometry g = problem.geometry();
    Requantize32 r = new Requantize32(problem);
    X86Isa isa = X86Isa.best(context.target());
    Tensor weight = context.constant(1);
    Tensor scale = context.constant(2);
    Tensor bias = problem.bias() ? context.constant(3) : null;
    if (weight == null || scale == null || problem.bias() && bias == null) {
      throw new IllegalArgumentException("weight, scale and bias of a QConv must be constants");
    }
    int depth = Math.toIntExact(g.inputChannels() / g.groups());
    int groups = Math.toIntExact(g.groups());
    X86QuadPlanes planes = new X86QuadPlanes(isa, g, r.inputZero());
    X86BlockList list = X86BlockList.plan(weight, depth, groups, isa);
    X86Epilogue epilogue = new X86Epilogue((long) groups * list.lists() * list.rows());
    String form = "x86_" + isa + "_" + list.rows() + "x4_" + g;
    MemorySegment blocks =
        context.packed(1, form, arena -> list.pack(weight, depth, planes::offset, arena));
    MemorySegment starts =
        context.packed(
            1,
            form + scale.values().address() + (bias == null ? "" : bias.values().address()) + r,
            arena -> epilogue.pack(isa, list, weight, scale, bias, r.inputZero(), arena));
    X86BlockCode code = new X86BlockCode(isa, list.rows(), problem.requantize().output());
    return new Run(
        problem,
        planes,
        list,
        blocks,
        starts,
        epilogue.rows(),
        code,
        X86Call.blocks(code),
        context.target().threads());
  }

  /** The part of the problem that biases depend on. */
  private record Requantize32(int inputZero) {
    Requantize32(QConvProblem problem) {
      this(problem.requantize().inputZeroPoint());
    }
  }

  private static final class Run implements HostProgram {
    private final QConvProblem problem;
    private final X86QuadPlanes planes;
    private final X86BlockList list;
    private final MemorySegment blocks;
    private final MemorySegment starts;
    private final long startRows;
    private final X86BlockCode code;
    private final X86Call call;
    private final ConvPlanes positions;
    private final int groupRows;
    private final int outputBytes;
    private final int listsPerItem;
    private final int listBlocks;
    private final int span;
    private final int spans;

    Run(
        QConvProblem problem,
        X86QuadPlanes planes,
        X86BlockList list,
        MemorySegment blocks,
        MemorySegment starts,
        long startRows,
        X86BlockCode code,
        X86Call call,
        int threads) {
      ConvGeometry g = problem.geometry();
      this.problem = problem;
      this.planes = planes;
      this.list = list;
      this.blocks = blocks;
      this.starts = starts;
      this.startRows = startRows;
      this.code = code;
      this.call = call;
      this.positions = planes.positions();
      this.groupRows = Math.toIntExact(g.outputChannels() / g.groups());
      this.outputBytes = code.output() == DType.F32 ? 4 : 1;
      int tile = code.pixels();
      int tiles = Math.max(1, (positions.positions() + tile - 1) / tile);
      this.span = Math.max(1, Math.min(tiles, SPAN / tile)) * tile;
      this.spans = (positions.positions() + span - 1) / span;
      int lists = Math.min(list.lists(), ROWS / list.rows());
      while (lists > 4 && items(lists) < 2L * threads) {
        lists = (lists + 1) / 2;
      }
      this.listsPerItem = lists;
      this.listBlocks = (list.lists() + lists - 1) / lists;
    }

    private long items(int lists) {
      long perImage = (long) list.groups() * spans * ((list.lists() + lists - 1) / lists);
      return problem.geometry().batch() * perImage;
    }

    @Override
    public int phases() {
      return 2;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, phase == 0 ? planes.count() : items(listsPerItem));
    }

    @Override
    public long sharedBytes() {
      return planes.bytes(code.pixels());
    }

    private long stagingRow() {
      return (long) span * outputBytes;
    }

    @Override
    public long scratchBytes() {
      long work = Args.BYTES + stagingRow() * listsPerItem * list.rows() + 63 & -64;
      return Math.max(X86QuadPlanes.scratchBytes(), work);
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (phase == 0) {
        planes.build(a.inputValues(0), shared, scratch, from, to);
        return;
      }
      X86Epilogue.constants(problem.requantize(), scratch);
      scratch.set(Elements.I64, Args.OFFSETS, blocks.address() + list.offsetsAt());
      scratch.set(Elements.I64, Args.WEIGHTS, blocks.address() + list.weightsAt());
      for (long item = from; item < Math.min(to, items(listsPerItem)); item++) {
        item(a.outputValues(0), shared, scratch, item);
      }
    }

    private void item(MemorySegment y, MemorySegment x, MemorySegment scratch, long item) {
      int block = (int) (item % listBlocks);
      int part = (int) (item / listBlocks % spans);
      int group = (int) (item / listBlocks / spans % list.groups());
      long image = item / listBlocks / spans / list.groups();
      int firstList = block * listsPerItem;
      int lists = Math.min(listsPerItem, list.lists() - firstList);
      int firstRow = firstList * list.rows();
      int rows = Math.min(lists * list.rows(), groupRows - firstRow);
      long wanted = (long) group * list.lists() + firstList;
      scratch.set(Elements.I64, Args.STARTS, blocks.address() + 4 * wanted);
      scratch.set(Elements.I64, Args.BIAS, starts.address() + 4 * wanted * list.rows());
      scratch.set(
          Elements.I64, Args.SCALE, starts.address() + 4 * (startRows + wanted * list.rows()));
      scratch.set(Elements.I64, Args.GROUPS, lists);
      int position = part * span;
      int count = Math.min(span, positions.positions() - position);
      long channel =
          image * problem.geometry().outputChannels() + (long) group * groupRows + firstRow;
      long in =
          x.address()
              + (image * list.groups() + group) * planes.quads() * planes.planeBytes()
              + (long) position * quadBytes();
      tiles(y, scratch, in, channel, rows, lists, position, count);
    }

    private int quadBytes() {
      return code.isa().quadBytes();
    }

    /** Whole tiles of single-run outputs are stored in place, others by way of staging. */
    private void tiles(
        MemorySegment y,
        MemorySegment scratch,
        long in,
        long channel,
        int rows,
        int lists,
        int position,
        int count) {
      int tile = code.pixels();
      boolean inPlace = positions.runs() == 1 && rows == lists * list.rows();
      int direct = inPlace ? count / tile * tile : 0;
      long outputs = positions.outputs();
      for (int at = 0; at < count; at += tile) {
        boolean place = at < direct;
        long out =
            place
                ? y.address() + (channel * outputs + position + at) * outputBytes
                : scratch.address() + Args.BYTES + (long) at * outputBytes;
        scratch.set(Elements.I64, Args.X, in + (long) at * quadBytes());
        scratch.set(Elements.I64, Args.OUT, out);
        scratch.set(Elements.I64, Args.OUT_STRIDE, place ? outputs * outputBytes : stagingRow());
        call.run(scratch);
      }
      if (direct < count) {
        for (int row = 0; row < rows; row++) {
          unstage(y, scratch, (channel + row) * outputs, row, position, direct, count);
        }
      }
    }

    /** Copies the outputs among positions {@code from} to {@code count} of one row. */
    private void unstage(
        MemorySegment y,
        MemorySegment scratch,
        long out,
        int row,
        int position,
        int from,
        int count) {
      int length = positions.runLength();
      int first = position + from;
      int end = position + count;
      long staged = Args.BYTES + row * stagingRow() - (long) position * outputBytes;
      int run = positions.firstRun(first);
      for (; run < positions.runs() && positions.runStart(run) < end; run++) {
        int start = positions.runStart(run);
        int a = Math.max(start, first);
        int b = Math.min(start + length, end);
        ByteCopy.copy(
            scratch,
            staged + (long) a * outputBytes,
            y,
            (out + (long) run * length + a - start) * outputBytes,
            (b - a) * outputBytes);
      }
    }
  }
}

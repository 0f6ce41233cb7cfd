package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvPlanes;
import dev.pith.kernels.quantized.X86BlockCode.Args;
import dev.pith.kernels.tensor.ByteCopy;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
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

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QConv() {
    this(GeneratedCalls.NATIVE);
  }

  X86QConv(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
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
    X86Isa isa = X86Isa.best(context.target());
    X86QuadPlanes planes = new X86QuadPlanes(calls, isa, g, problem.requantize().inputZeroPoint());
    X86Layer layer =
        X86Layer.prepare(
            calls,
            context,
            problem.requantize(),
            problem.bias(),
            Math.toIntExact(g.inputChannels() / g.groups()),
            Math.toIntExact(g.groups()),
            g.layerName(),
            planes::offset);
    return new Run(g, planes, layer, context.target().threads());
  }

  private static final class Run implements HostProgram {
    private final ConvGeometry geometry;
    private final X86QuadPlanes planes;
    private final X86Layer layer;
    private final ConvPlanes positions;
    private final int groupRows;
    private final int listsPerItem;
    private final int listBlocks;
    private final int span;
    private final int spans;

    Run(ConvGeometry geometry, X86QuadPlanes planes, X86Layer layer, int threads) {
      this.geometry = geometry;
      this.planes = planes;
      this.layer = layer;
      this.positions = planes.positions();
      this.groupRows = Math.toIntExact(geometry.outputChannels() / geometry.groups());
      int tile = layer.tile();
      int tiles = Math.max(1, (positions.positions() + tile - 1) / tile);
      this.span = Math.max(1, Math.min(tiles, SPAN / tile)) * tile;
      this.spans = (positions.positions() + span - 1) / span;
      int all = layer.list().lists();
      int lists = Math.min(all, ROWS / layer.list().rows());
      while (lists > 4 && items(lists) < 2L * threads) {
        lists = (lists + 1) / 2;
      }
      this.listsPerItem = lists;
      this.listBlocks = (all + lists - 1) / lists;
    }

    private long items(int lists) {
      int all = layer.list().lists();
      return geometry.batch() * geometry.groups() * spans * ((all + lists - 1) / lists);
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
      return planes.bytes(layer.tile());
    }

    private long stagingRow() {
      return (long) span * layer.outputBytes();
    }

    @Override
    public long scratchBytes() {
      long staging = stagingRow() * listsPerItem * layer.list().rows();
      return Math.max(planes.scratchBytes(), Args.BYTES + staging) + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (phase == 0) {
        planes.build(a.inputValues(0), shared, scratch, from, to);
        return;
      }
      layer.begin(scratch);
      for (long item = from; item < Math.min(to, items(listsPerItem)); item++) {
        item(a.outputValues(0), shared, scratch, item);
      }
    }

    private void item(MemorySegment y, MemorySegment x, MemorySegment scratch, long item) {
      int block = (int) (item % listBlocks);
      int part = (int) (item / listBlocks % spans);
      int group = (int) (item / listBlocks / spans % geometry.groups());
      long image = item / listBlocks / spans / geometry.groups();
      int firstList = block * listsPerItem;
      int lists = Math.min(listsPerItem, layer.list().lists() - firstList);
      int firstRow = firstList * layer.list().rows();
      int rows = Math.min(lists * layer.list().rows(), groupRows - firstRow);
      layer.choose(scratch, group, firstList, lists);
      int position = part * span;
      int count = Math.min(span, positions.positions() - position);
      long channel = image * geometry.outputChannels() + (long) group * groupRows + firstRow;
      long in =
          x.address()
              + (image * geometry.groups() + group) * planes.quads() * planes.planeBytes()
              + (long) position * quadBytes();
      tiles(y, scratch, in, channel, rows, lists, position, count);
    }

    private int quadBytes() {
      return layer.code().isa().quadBytes();
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
      int tile = layer.tile();
      int bytes = layer.outputBytes();
      boolean inPlace = positions.runs() == 1 && rows == lists * layer.list().rows();
      int direct = inPlace ? count / tile * tile : 0;
      long outputs = positions.outputs();
      for (int at = 0; at < count; at += tile) {
        long from = in + (long) at * quadBytes();
        if (at < direct) {
          long out = y.address() + (channel * outputs + position + at) * bytes;
          layer.tile(scratch, from, out, outputs * bytes);
        } else {
          long out = scratch.address() + Args.BYTES + (long) at * bytes;
          layer.tile(scratch, from, out, stagingRow());
        }
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
      long staged = Args.BYTES + row * stagingRow() - (long) position * layer.outputBytes();
      int run = positions.firstRun(first);
      for (; run < positions.runs() && positions.runStart(run) < end; run++) {
        int start = positions.runStart(run);
        int a = Math.max(start, first);
        int b = Math.min(start + length, end);
        ByteCopy.copy(
            scratch,
            staged + (long) a * layer.outputBytes(),
            y,
            (out + (long) run * length + a - start) * layer.outputBytes(),
            (b - a) * layer.outputBytes());
      }
    }
  }
}

package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.conv.X86PanelCode.Args;
import dev.pith.kernels.matmul.X86ProductCode;
import dev.pith.kernels.matmul.X86RowsCode;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A convolution as a product with panels. A work item is one image, one group, some panels and some
 * rows. Chunk by chunk of columns its panels are made, which stay in the second cache, and blocks
 * of rows, which stay there too, are multiplied with one panel after the other, which is in the
 * first. The input of a 1×1 convolution is its own panels where few rows or few outputs would not
 * pay for copies. Whole panels keep their sums where the results go; those of the outputs that are
 * left are staged.
 */
final class X86PanelConvRun implements HostProgram {

  /** Longest chunk of columns: a panel of 16 KiB leaves the first cache room for a tile's rows. */
  private static final int CHUNK = 256;

  /** Bytes of all panels of an item, and of a block of weights, at most. */
  private static final int CACHED = 128 << 10;

  /** Rows or outputs up to which the input of a 1×1 convolution is better left where it is. */
  private static final int COPIED_FROM = 64;

  /** Floats of a line of the cache. */
  private static final int LINE = 16;

  /** Multiple of the rows of every tile. */
  private static final int ROWS = 12;

  private static final int FINISH_AT = Args.BYTES;
  private static final int PIECE_AT = FINISH_AT + X86RowsCode.Args.BYTES;
  private static final int PRODUCT_AT = PIECE_AT + 64;
  private static final int PANELS_AT = PRODUCT_AT + X86ProductCode.Args.BYTES;

  private final ConvGeometry g;
  private final Epilogue epilogue;

  private final X86ConvWeights weights;

  private final ConvPlanes planes;
  private final X86Planes build;

  /** Whether whole panels are read where they are. */
  private final boolean inPlace;

  private final MemorySegment taps;

  /** What panels are made from, and those of the outputs that fill none. */
  private final X86PanelRows sources;

  private final X86PanelRows restSources;
  private final GeneratedCall pack;
  private final GeneratedCall packRest;
  private final GeneratedCall finish;
  private final X86ConvProducts products;

  /** Products of the outputs that fill no panel; {@code null} if there are none. */
  private final X86ConvProducts rest;

  private final int groupRows;
  private final int channels;
  private final int width;
  private final int chunkTaps;
  private final int chunkChannels;
  private final ConvShares shares;
  private final int blockRows;

  X86PanelConvRun(
      GeneratedCalls calls, ConvProblem problem, X86ConvWeights weights, int bits, int threads) {
    this.g = problem.geometry();
    this.epilogue = problem.epilogue();
    this.weights = weights;
    this.planes = new ConvPlanes(g, true, 4);
    this.build = new X86Planes(calls, g, planes);
    this.width = X86ProductCode.width(bits);
    this.groupRows = Math.toIntExact(g.outputChannels() / g.groups());
    // Images whose rows of panels lie across lines of the cache are better copied for many rows.
    boolean few = planes.outputs() <= COPIED_FROM && planes.outputs() % LINE == 0;
    boolean isPanels = planes.isDirect() && planes.outputs() == planes.planeSize();
    this.inPlace = isPanels && (groupRows <= COPIED_FROM || few);
    this.channels = Math.toIntExact(g.inputChannels() / g.groups());
    int parts = (channels + CHUNK - 1) / CHUNK;
    this.chunkChannels = (channels + parts - 1) / parts;
    int chunks = (planes.taps() * channels + CHUNK - 1) / CHUNK;
    this.chunkTaps = parts > 1 ? 1 : (planes.taps() + chunks - 1) / chunks;
    int most = Math.max(1, CACHED / panelBytes());
    int panels = (planes.outputs() + width - 1) / width;
    this.shares = ConvShares.of(g.batch() * g.groups(), panels, most, groupRows, ROWS, threads);
    int cached = CACHED / (4 * chunkTaps * chunkChannels) / ROWS * ROWS;
    this.blockRows = Math.min(shares.rows(), Math.max(ROWS, cached));
    this.taps = taps(planes);
    this.finish = calls.of(new X86RowsCode(epilogue.residual(), epilogue.activation().kind()));
    this.products = new X86ConvProducts(calls, bits, 2, groupRows, epilogue);
    int whole = planes.outputs() / width * width;
    this.sources = new X86PanelRows(planes, 0, whole, width, panelBytes(), shares.panels());
    this.pack = calls.of(sources.code());
    int left = planes.outputs() - whole;
    int half = left <= width / 2 ? 1 : 2;
    this.rest = left == 0 ? null : new X86ConvProducts(calls, bits, half, groupRows, Epilogue.NONE);
    int wide = half * width / 2;
    this.restSources = new X86PanelRows(planes, whole, planes.outputs(), wide, 0, 1);
    this.packRest = calls.of(restSources.code());
  }

  private static MemorySegment taps(ConvPlanes planes) {
    MemorySegment taps = Arena.ofAuto().allocate(4L * planes.taps(), 8);
    for (int tap = 0; tap < planes.taps(); tap++) {
      taps.set(Elements.I32, 4L * tap, Math.multiplyExact(4, planes.offset(tap)));
    }
    return taps;
  }

  private int panelBytes() {
    return 4 * width * chunkTaps * chunkChannels;
  }

  private boolean isBuilding(int phase) {
    return phase == 0 && !planes.isDirect();
  }

  @Override
  public int phases() {
    return planes.isDirect() ? 1 : 2;
  }

  @Override
  public long workItems(int phase) {
    return Math.max(1, isBuilding(phase) ? planes.planes() : shares.items());
  }

  @Override
  public long sharedBytes() {
    return planes.bytes();
  }

  private long stagingAt() {
    return PANELS_AT + (long) shares.panels() * panelBytes();
  }

  @Override
  public long scratchBytes() {
    return stagingAt() + 4L * shares.rows() * width + 63 & -64;
  }

  @Override
  public void run(
      int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
    if (isBuilding(phase)) {
      build.build(a.inputValues(0), shared, scratch, from, to);
      return;
    }
    long x = planes.isDirect() ? a.inputValues(0).address() : shared.address();
    X86RowsCode.begin(scratch.asSlice(FINISH_AT, X86RowsCode.Args.BYTES), epilogue.activation());
    products.begin(product(scratch), epilogue.activation());
    scratch.set(Elements.I64, Args.X_PLANE, 4 * planes.planeSize());
    for (long item = from; item < Math.min(to, shares.items()); item++) {
      item(a, x, scratch, item);
    }
  }

  private static MemorySegment product(MemorySegment scratch) {
    return scratch.asSlice(PRODUCT_AT, X86ProductCode.Args.BYTES);
  }

  private void item(Arguments a, long x, MemorySegment scratch, long item) {
    int first = shares.firstPanel(item);
    int last = shares.lastPanel(item);
    int whole = Math.min(last, planes.outputs() / width) - first;
    long group = shares.matrix(item);
    long planeBytes = 4 * planes.planeSize();
    for (int tap = 0; tap < planes.taps(); tap += chunkTaps) {
      int someTaps = Math.min(chunkTaps, planes.taps() - tap);
      scratch.set(Elements.I64, Args.TAPS, taps.address() + 4L * tap);
      scratch.set(Elements.I64, Args.TAP_COUNT, someTaps);
      for (int channel = 0; channel < channels; channel += chunkChannels) {
        int some = Math.min(chunkChannels, channels - channel);
        scratch.set(Elements.I64, Args.X, x + (group * channels + channel) * planeBytes);
        scratch.set(Elements.I64, Args.CHANNELS, some);
        long panel = scratch.address() + PANELS_AT;
        if (whole > 0 && !inPlace) {
          pack(scratch, panel, sources, first * width, whole * width, width);
          pack.run(scratch);
        }
        if (first + whole < last) {
          int output = (first + whole) * width;
          long restPanel = panel + (long) whole * panelBytes();
          pack(scratch, restPanel, restSources, output, rest.width(), rest.width());
          packRest.run(scratch);
        }
        int column = tap * channels + channel;
        long from = inPlace ? scratch.get(Elements.I64, Args.X) + 4L * first * width : panel;
        multiply(a, scratch, item, whole, from, column, someTaps * some);
      }
    }
    finish(a, scratch, item, whole);
  }

  private static void pack(
      MemorySegment scratch, long panel, X86PanelRows rows, int output, int count, int panelWidth) {
    scratch.set(Elements.I64, Args.PANEL, panel);
    scratch.set(Elements.I64, Args.PANEL_ROW, 4L * panelWidth);
    scratch.set(Elements.I64, Args.RECORDS, rows.address(output));
    scratch.set(Elements.I64, Args.RECORD_COUNT, rows.count(count));
  }

  /** Adds the products of {@code count} columns from {@code column} on. */
  private void multiply(
      Arguments a,
      MemorySegment scratch,
      long item,
      int whole,
      long panels,
      int column,
      int count) {
    MemorySegment args = product(scratch);
    boolean begins = column == 0;
    boolean ends = column + count == planes.taps() * channels;
    long plane = 4L * planes.outputs();
    long y = a.outputValues(0).address() + 4L * shares.firstPanel(item) * width;
    long residual = epilogue.residual() ? a.inputValues(3).address() : 0;
    long bias = epilogue.bias() ? a.inputValues(2).address() : 0;
    args.set(Elements.I64, X86ProductCode.Args.A_ROW, weights.row());
    args.set(Elements.I64, X86ProductCode.Args.A_K, weights.column());
    args.set(Elements.I64, X86ProductCode.Args.A_SIX_ROWS, weights.sixRows());
    args.set(Elements.I64, X86ProductCode.Args.K, count);
    args.set(Elements.I64, X86ProductCode.Args.B_PANEL, inPlace ? 4 * width : panelBytes());
    long distance = residual - a.outputValues(0).address();
    args.set(Elements.I64, X86ProductCode.Args.RESIDUAL_DISTANCE, distance);
    int end = shares.lastRow(item);
    for (int row = shares.firstRow(item); row < end; row += blockRows) {
      int rows = Math.min(blockRows, end - row);
      long group = shares.matrix(item) % g.groups();
      long channel = shares.matrix(item) * groupRows + row;
      long from = bias == 0 ? 0 : bias + 4 * (group * groupRows + row);
      long weight = weights.address(a.inputValues(1), group, row, column);
      if (whole > 0) {
        long step = inPlace ? 4 * planes.planeSize() : 4L * width;
        args.set(Elements.I64, X86ProductCode.Args.B_K, step);
        args.set(Elements.I64, X86ProductCode.Args.C_ROW, plane);
        products.multiply(
            args, begins, ends, weight, panels, from, y + channel * plane, rows, whole);
      }
      if (rest != null && shares.firstPanel(item) + whole < shares.lastPanel(item)) {
        long staged = scratch.address() + stagingAt() + 4L * (row - shares.firstRow(item)) * width;
        args.set(Elements.I64, X86ProductCode.Args.B_K, 4L * rest.width());
        args.set(Elements.I64, X86ProductCode.Args.C_ROW, 4L * width);
        long last = scratch.address() + PANELS_AT + (long) whole * panelBytes();
        rest.multiply(args, begins, ends, weight, last, from, staged, rows, 1);
      }
    }
  }

  /** Applies what products did not do themselves, and takes what was staged to where it goes. */
  private void finish(Arguments a, MemorySegment scratch, long item, int whole) {
    MemorySegment args = scratch.asSlice(FINISH_AT, X86RowsCode.Args.BYTES);
    long plane = 4L * planes.outputs();
    int first = shares.firstPanel(item);
    long channel = shares.matrix(item) * groupRows + shares.firstRow(item);
    int rows = shares.lastRow(item) - shares.firstRow(item);
    long y = a.outputValues(0).address();
    long out = y + channel * plane + 4L * first * width;
    long distance = epilogue.residual() ? a.inputValues(3).address() - y : 0;
    args.set(Elements.I64, X86RowsCode.Args.RESIDUAL_DISTANCE, distance);
    if (whole > 0 && !products.isFinishing()) {
      X86RowsCode.place(args, scratch.asSlice(PIECE_AT, 12), whole * width);
      X86RowsCode.rows(args, out, plane, out, plane, rows);
      finish.run(args);
    }
    if (first + whole < shares.lastPanel(item)) {
      X86RowsCode.place(args, scratch.asSlice(PIECE_AT, 12), planes.outputs() % width);
      long staged = scratch.address() + stagingAt();
      X86RowsCode.rows(args, staged, 4L * width, out + 4L * whole * width, plane, rows);
      finish.run(args);
    }
  }
}

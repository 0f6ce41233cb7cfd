package dev.pith.kernels.conv;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Arguments;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Target;
import dev.pith.kernels.layout.SparseLayout;
import dev.pith.kernels.matmul.FloatRows;
import dev.pith.kernels.matmul.FloatTile;
import dev.pith.kernels.matmul.FloatWeights;
import dev.pith.kernels.matmul.PanelProduct;
import dev.pith.kernels.matmul.PanelShape;
import dev.pith.kernels.matmul.RowBlocks;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import java.lang.foreign.MemorySegment;

/**
 * The work items of {@link VectorConv}: one image, one group, a span of outputs and a block of
 * output channels. Immutable.
 */
final class ConvBlocks {

  private final FloatRows rows;
  private final ConvPanels panels;
  private final PanelProduct product;
  private final Epilogue epilogue;
  private final long columns;
  private final long inputChannels;
  private final long outputChannels;
  private final int groups;
  private final int groupRows;
  private final int depth;
  private final int outputs;
  private final int spans;
  private final int rowBlocks;
  private final long images;
  private final int width;

  ConvBlocks(
      ConvProblem problem, Target target, ConvPlanes planes, FloatWeights weights, FloatRows rows) {
    ConvGeometry g = problem.geometry();
    FloatTile tile = FloatTile.of(target);
    this.rows = rows;
    this.epilogue = problem.epilogue();
    this.columns = g.columns();
    this.inputChannels = g.inputChannels();
    this.outputChannels = g.outputChannels();
    this.groups = Math.toIntExact(g.groups());
    this.groupRows = Math.toIntExact(outputChannels / groups);
    this.depth = Math.toIntExact(inputChannels / groups);
    this.outputs = planes.outputs();
    this.images = g.batch();
    this.width = tile.width();
    RowBlocks blocks =
        RowBlocks.of(
            PanelShape.of(tile, weights),
            groupRows,
            outputs,
            images * groups,
            target.threads(),
            rowsTogether(problem.layout()));
    this.spans = blocks.spans();
    this.rowBlocks = blocks.count();
    this.product = new PanelProduct(tile, weights, columns, blocks);
    this.panels = new ConvPanels(rows, planes, depth, width, product.panelStep());
  }

  /** Rows of weights that have one pattern. */
  static int rowsTogether(Layout layout) {
    return layout instanceof SparseLayout sparse ? sparse.groupRows() : 1;
  }

  long items() {
    return images * groups * spans * rowBlocks;
  }

  int scratchFloats() {
    return product.scratchFloats();
  }

  /**
   * Runs items {@code from} to {@code to}.
   *
   * @param x planes as {@link ConvPlanes} lays them out
   */
  void run(MemorySegment x, Arguments a, MemorySegment scratch, long from, long to) {
    float[] s = (float[]) scratch.heapBase().orElseThrow();
    for (long item = from; item < Math.min(to, items()); item++) {
      int block = (int) (item % rowBlocks);
      int output = (int) (item / rowBlocks % spans) * product.span();
      int group = (int) (item / rowBlocks / spans % groups);
      long image = item / rowBlocks / spans / groups;
      int firstRow = block * product.rows();
      int count = Math.min(product.rows(), groupRows - firstRow);
      int used = Math.min(outputs - output, product.span());
      long channel = (long) group * groupRows + firstRow;
      long plane = image * inputChannels + (long) group * depth;
      begin(a, channel, count, s);
      for (long k = 0; k < columns; k += product.chunk()) {
        int part = (int) Math.min(product.chunk(), columns - k);
        int first = output / width;
        panels.pack(x, plane, first, (used + width - 1) / width, k, part, s, product.panel(0));
        product.add(a.input(1), channel, count, k, part, used, scratch, s);
      }
      store(a, image, channel, count, output, used, s);
    }
  }

  private void begin(Arguments a, long channel, int count, float[] s) {
    for (int row = 0; row < count; row++) {
      float start = epilogue.bias() ? a.inputValues(2).get(Elements.F32, (channel + row) * 4) : 0;
      rows.fill(s, product.c(row), product.span(), start);
    }
  }

  private void store(
      Arguments a, long image, long channel, int count, int output, int used, float[] s) {
    MemorySegment residual = epilogue.residual() ? a.inputValues(3) : null;
    Activation activation = epilogue.activation();
    for (int row = 0; row < count; row++) {
      long at = ((image * outputChannels + channel + row) * outputs + output) * 4;
      rows.store(s, product.c(row), used, residual, activation, a.outputValues(0), at);
    }
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvPlanes;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A convolution as matrix products of tiles: a work item is one image, one group, some tiles of
 * neighbouring output positions and a block of output channels. Activations are unpacked a chunk of
 * columns at a time and all rows of the block use them. Immutable.
 */
final class ConvTiles {

  /** Rows of a block: enough that unpacking activations costs little beside using them. */
  private static final int ROWS = 128;

  private static final int FEWEST_ROWS = 16;

  /** What becomes of the finished sums of one channel and one tile. */
  interface Sink {
    /**
     * Stores one tile row.
     *
     * @param a operands of the run
     * @param shared shared workspace of the run
     * @param s scratch, of which the sink may use four tile rows at {@code staging}
     * @param acc one tile row of sums, in quads
     * @param position first position of the tile
     * @param count positions in it
     */
    void store(
        Arguments a,
        MemorySegment shared,
        MemorySegment s,
        long staging,
        long acc,
        long image,
        long channel,
        int position,
        int count);
  }

  private final Int8Tile tile;
  private final ConvPlanes planes;
  private final TileProduct product;
  private final int depth;
  private final long inputChannels;
  private final long outputChannels;
  private final int groups;
  private final int groupRows;
  private final int positions;
  private final int rowBlock;
  private final int rowBlocks;
  private final int spans;
  private final long images;
  private final Zeros zeros;
  private final boolean bias;
  private final Sink sink;

  /**
   * @param zeros zero points of the input
   * @param bias whether input 3 holds an I32 for each output channel at which sums begin
   */
  ConvTiles(
      Int8Tile tile,
      ConvGeometry geometry,
      ConvPlanes planes,
      Layout layout,
      int threads,
      Zeros zeros,
      boolean bias,
      Sink sink) {
    this.tile = tile;
    this.zeros = zeros;
    this.bias = bias;
    this.sink = sink;
    this.planes = planes;
    this.depth = Math.toIntExact(geometry.inputChannels() / geometry.groups());
    this.inputChannels = geometry.inputChannels();
    this.outputChannels = geometry.outputChannels();
    this.groups = Math.toIntExact(geometry.groups());
    this.groupRows = Math.toIntExact(outputChannels / groups);
    this.positions = planes.positions();
    this.images = geometry.batch();
    int rows = Math.min(ROWS, (groupRows + 3) / 4 * 4);
    TileProduct probe = TileProduct.of(tile, layout, geometry.columns(), positions, rows);
    int span = probe.scratch().tiles() * tile.width();
    this.spans = (positions + span - 1) / span;
    while (rows >= 2 * FEWEST_ROWS && items(rows) < 2L * threads) {
      rows = (rows / 2 + 3) / 4 * 4;
    }
    this.rowBlock = rows;
    this.rowBlocks = (groupRows + rows - 1) / rows;
    this.product = TileProduct.of(tile, layout, geometry.columns(), positions, rows);
  }

  private long items(int rows) {
    return images * groups * spans * ((groupRows + rows - 1) / rows);
  }

  long items() {
    return items(rowBlock);
  }

  long scratchBytes() {
    return product.scratch().bytes();
  }

  /** The zero point of an image's activations. */
  interface Zeros {
    int of(MemorySegment shared, long image);
  }

  /**
   * Runs items {@code from} to {@code to}.
   *
   * @param x planes as {@link ConvPlanes} lays them out
   */
  void run(
      MemorySegment x, Arguments a, MemorySegment shared, MemorySegment s, long from, long to) {
    Tensor weight = a.input(1);
    for (long item = from; item < Math.min(to, items()); item++) {
      int block = (int) (item % rowBlocks);
      int span = (int) (item / rowBlocks % spans);
      int group = (int) (item / rowBlocks / spans % groups);
      long image = item / rowBlocks / spans / groups;
      int firstRow = block * rowBlock;
      int rows = Math.min(rowBlock, groupRows - firstRow);
      long first = (long) group * groupRows + firstRow;
      int position = span * product.scratch().tiles() * tile.width();
      int count = Math.min(positions - position, product.scratch().tiles() * tile.width());
      int tiles = (count + tile.width() - 1) / tile.width();
      begin(bias ? a.inputValues(3) : null, first, rows, tiles, s);
      long base = (image * inputChannels + (long) group * depth) * planes.planeSize();
      multiply(x, base + position, zeros.of(shared, image), weight, first, rows, tiles, s);
      for (int row = 0; row < rows; row++) {
        for (int t = 0; t < tiles; t++) {
          int done = t * tile.width();
          sink.store(
              a,
              shared,
              s,
              product.scratch().staging(),
              product.scratch().acc(tile, row, t),
              image,
              first + row,
              position + done,
              Math.min(tile.width(), count - done));
        }
      }
    }
  }

  private void begin(MemorySegment bias, long first, int rows, int tiles, MemorySegment s) {
    for (int row = 0; row < rows; row++) {
      int value = bias == null ? 0 : bias.get(Elements.I32, (first + row) * 4);
      for (int t = 0; t < tiles; t++) {
        tile.fill(s, product.scratch().acc(tile, row, t), value);
      }
    }
  }

  private void multiply(
      MemorySegment x,
      long at,
      int zero,
      Tensor weight,
      long first,
      int rows,
      int tiles,
      MemorySegment s) {
    long columns = weight.columns();
    int chunk = product.scratch().chunk();
    for (long k = 0; k < columns; k += chunk) {
      int count = (int) Math.min(chunk, columns - k);
      for (int t = 0; t < tiles; t++) {
        unpack(x, at + (long) t * tile.width(), zero, k, count, s, product.scratch().a(t));
      }
      product.add(weight, first, rows, k, count, s, tiles);
    }
  }

  /**
   * Unpacks columns {@code k} to {@code k + count}: neighbouring channels of one tap, tap by tap.
   */
  private void unpack(
      MemorySegment x, long at, int zero, long k, int count, MemorySegment s, long a) {
    int done = 0;
    while (done < count) {
      int tap = (int) ((k + done) / depth);
      int channel = (int) ((k + done) % depth);
      int run = Math.min(depth - channel, count - done);
      long base = at + channel * planes.planeSize() + planes.offset(tap);
      tile.unpack(
          x,
          base,
          planes.planeSize(),
          run,
          zero,
          s,
          product.scratch().staging(),
          a + done * tile.rowBytes());
      done += run;
    }
  }
}

package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A linear layer as matrix products of tiles whose columns are rows of activations: a work item is
 * some tiles and a block of output features. Activations are transposed while they are unpacked.
 * Immutable.
 */
final class LinearTiles {

  private static final int ROWS = 128;
  private static final int FEWEST_ROWS = 16;

  /** The zero point of a row of activations. */
  interface Zeros {
    int of(MemorySegment shared, long row);
  }

  /** What becomes of finished sums. */
  interface Sink {
    /**
     * Stores up to four neighbouring features for the rows of activations of one tile.
     *
     * @param s scratch, of which four tile rows at {@code staging} are free
     * @param acc the tile row of the first feature, in natural order; the others follow {@code
     *     stride} bytes apart, and all four may be read
     * @param row first row of activations
     * @param rows number of these
     * @param feature first feature
     * @param features number of these, 1 to 4
     */
    void store(
        Arguments a,
        MemorySegment shared,
        MemorySegment s,
        long staging,
        long acc,
        long stride,
        long row,
        int rows,
        long feature,
        int features);
  }

  private final Int8Tile tile;
  private final TileProduct product;
  private final long m;
  private final long n;
  private final long k;
  private final int spans;
  private final int rowBlock;
  private final int rowBlocks;
  private final Zeros zeros;
  private final boolean bias;
  private final Sink sink;

  /**
   * @param bias whether input 3 holds an I32 for each output feature at which sums begin
   */
  LinearTiles(
      Int8Tile tile,
      long m,
      long n,
      long k,
      Layout layout,
      int threads,
      Zeros zeros,
      boolean bias,
      Sink sink) {
    this.tile = tile;
    this.m = m;
    this.n = n;
    this.k = k;
    this.zeros = zeros;
    this.bias = bias;
    this.sink = sink;
    int rows = (int) Math.min(ROWS, (n + 3) / 4 * 4);
    int span = TileProduct.of(tile, layout, k, m, rows).scratch().tiles() * tile.width();
    this.spans = Math.toIntExact((m + span - 1) / span);
    while (rows >= 2 * FEWEST_ROWS && spans * ((n + rows - 1) / rows) < 2L * threads) {
      rows = (rows / 2 + 3) / 4 * 4;
    }
    this.rowBlock = rows;
    this.rowBlocks = Math.toIntExact((n + rows - 1) / rows);
    this.product = TileProduct.of(tile, layout, k, m, rows);
  }

  long items() {
    return (long) spans * rowBlocks;
  }

  long scratchBytes() {
    return zerosAt() + product.scratch().tiles() * tile.rowBytes();
  }

  /** Zero points of the columns of all tiles, as floats. */
  private long zerosAt() {
    return product.scratch().bytes();
  }

  /**
   * Runs items {@code from} to {@code to}.
   *
   * @param x U8 activations, row-major
   */
  void run(
      MemorySegment x, Arguments a, MemorySegment shared, MemorySegment s, long from, long to) {
    TileScratch scratch = product.scratch();
    for (long item = from; item < Math.min(to, items()); item++) {
      int span = scratch.tiles() * tile.width();
      long row = item / rowBlocks * span;
      int rows = (int) Math.min(span, m - row);
      int tiles = (rows + tile.width() - 1) / tile.width();
      long first = item % rowBlocks * rowBlock;
      int features = (int) Math.min(rowBlock, n - first);
      begin(a, shared, s, row, rows, first, features, tiles);
      multiply(x, a.input(1), row, rows, first, features, tiles, s);
      for (int t = 0; t < tiles; t++) {
        for (int f = 0; f < features; f += 4) {
          sink.store(
              a,
              shared,
              s,
              scratch.staging(),
              scratch.acc(tile, f, t),
              scratch.acc(tile, 1, 0) - scratch.acc(tile, 0, 0),
              row + (long) t * tile.width(),
              Math.min(tile.width(), rows - t * tile.width()),
              first + f,
              Math.min(4, features - f));
        }
      }
    }
  }

  private void begin(
      Arguments a,
      MemorySegment shared,
      MemorySegment s,
      long row,
      int rows,
      long first,
      int features,
      int tiles) {
    for (int i = 0; i < tiles * tile.width(); i++) {
      int zero = i < rows ? zeros.of(shared, row + i) : 0;
      s.set(Elements.F32, zerosAt() + i * 4L, zero);
    }
    for (int f = 0; f < features; f++) {
      int value = bias ? a.inputValues(3).get(Elements.I32, (first + f) * 4) : 0;
      for (int t = 0; t < tiles; t++) {
        tile.fill(s, product.scratch().acc(tile, f, t), value);
      }
    }
  }

  private void multiply(
      MemorySegment x,
      Tensor weight,
      long row,
      int rows,
      long first,
      int features,
      int tiles,
      MemorySegment s) {
    int chunk = product.scratch().chunk();
    for (long at = 0; at < k; at += chunk) {
      int count = (int) Math.min(chunk, k - at);
      for (int t = 0; t < tiles; t++) {
        int done = t * tile.width();
        unpack(x, row + done, Math.min(tile.width(), rows - done), at, count, s, t);
      }
      product.add(weight, first, features, at, count, s, tiles);
    }
  }

  /** Unpacks {@code count} elements from {@code from} on of the rows of one tile. */
  private void unpack(
      MemorySegment x, long row, int rows, long from, int count, MemorySegment s, int t) {
    long words = product.scratch().staging();
    long zero = zerosAt() + t * tile.rowBytes();
    for (int i = 0; i < count; i += 4) {
      for (int r = 0; r < tile.width(); r++) {
        // Columns behind the last row repeat it; their sums are not used.
        long at = (row + Math.min(r, rows - 1)) * k + from + i;
        s.set(Elements.I32, words + r * 4L, word(x, at));
      }
      tile.unpackWords(s, words, zero, product.scratch().a(t) + i * tile.rowBytes());
    }
  }

  /** Four bytes; those behind the end are 0. */
  private static int word(MemorySegment x, long at) {
    if (at + 4 <= x.byteSize()) {
      return x.get(Elements.I32, at);
    }
    int word = 0;
    for (long i = x.byteSize() - 1; i >= at; i--) {
      word = word << 8 | x.get(JAVA_BYTE, i) & 255;
    }
    return word;
  }
}

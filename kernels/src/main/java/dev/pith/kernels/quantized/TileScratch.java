package dev.pith.kernels.quantized;

/**
 * Where the parts of a thread's scratch lie while it multiplies weights with tiles; byte offsets,
 * 64-byte aligned. Four rows of weights decoded from a compressed layout, where that is done, come
 * first, at offset 0.
 *
 * @param tiles tiles worked on together, so that weights are unpacked once for all of them
 * @param rows rows of weights worked on together
 * @param chunk columns of weights (rows of activations) unpacked at a time
 * @param a unpacked activations, one tile after the other
 * @param aTile bytes of one tile's activations
 * @param acc sums as ints: for each row, for each tile, one tile row
 * @param sums tile rows of floats: at least 4
 * @param w weights as floats: at least four rows
 * @param wRow bytes from one of these rows to the next
 * @param offsets offsets of the columns that a row or group of rows of sparse weights stores
 * @param staging room for four tile rows
 * @param bytes bytes in all
 */
record TileScratch(
    int tiles,
    int rows,
    int chunk,
    long a,
    long aTile,
    long acc,
    long sums,
    long w,
    long wRow,
    long offsets,
    long staging,
    long bytes) {

  /**
   * The scratch for a product.
   *
   * @param weightRows rows of weights held as floats
   * @param decoded columns of the rows decoded from a compressed layout; 0 where that is not done
   */
  static TileScratch of(
      Int8Tile tile, int tiles, int rows, int chunk, int weightRows, long decoded) {
    long row = tile.rowBytes();
    // Unpacking four elements at a time and widening whole vectors write past the end.
    long a = align(4 * decoded);
    long aTile = align((chunk + 4) * row);
    long wRow = align((chunk + 64) * 4L);
    long acc = a + tiles * aTile;
    long sums = acc + (long) rows * tiles * row;
    long w = sums + 8 * row;
    long offsets = w + weightRows * wRow;
    long staging = offsets + wRow;
    return new TileScratch(
        tiles, rows, chunk, a, aTile, acc, sums, w, wRow, offsets, staging, staging + 4 * row);
  }

  private static long align(long bytes) {
    return bytes + 63 & -64;
  }

  /** Activations of tile {@code tile}. */
  long a(int tile) {
    return a + tile * aTile;
  }

  /**
   * Integer sums of row {@code row} (counted from the first of the block) and tile {@code tile}.
   */
  long acc(Int8Tile shape, int row, int tile) {
    return acc + (row * (long) tiles + tile) * shape.rowBytes();
  }
}

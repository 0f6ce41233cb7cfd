package dev.pith.kernels.pool;

import java.lang.foreign.MemorySegment;

/**
 * Inner loops of pooling one row; offsets are in bytes, counts in elements. Implementations are
 * stateless.
 */
interface RowPooling {

  /** Elements that memory must have behind the end of a line: vectors may read and write them. */
  int slack();

  /** Fills {@code count} elements of {@code line} with the value that changes nothing. */
  void clear(MemorySegment line, long at, int count);

  /** Combines {@code count} elements of {@code x} into {@code line}. */
  void combine(MemorySegment x, long from, MemorySegment line, long at, int count);

  /**
   * Combines cells along {@code line} and stores a row of outputs.
   *
   * @param rows the extents along the row
   * @param rowCount cells that count along the other axes (averages only)
   */
  void store(MemorySegment line, PoolRows rows, int rowCount, MemorySegment y, long to);
}

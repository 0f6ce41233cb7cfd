package dev.pith.kernels.layout;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A layout that leaves zeros out and tells kernels which columns it stores, row group by row group.
 *
 * <p>Component 0 holds the stored values; the other components hold the pattern. A layout reads
 * only components 1 and up to find columns, so that {@link CodebookLayout} can keep the pattern of
 * any other layout and replace its values by codes.
 *
 * <p>{@link #list} is the way kernels read weights: it allocates nothing, checks nothing (see
 * {@link #validate}), and is safe to call from many threads with different scratch.
 */
public interface SparseLayout extends Layout {

  /** Columns of a row that {@link #decodeRows} lists at a time. */
  int DECODE_COLUMNS = 4096;

  /** Neighbouring rows that store the same columns; the last group may have fewer rows. */
  default int groupRows() {
    return 1;
  }

  /** Stored values from one row of a group to the next, for the same column. */
  default int rowStep() {
    return 0;
  }

  /**
   * Lists the columns that a group of rows stores and where their values lie, in ascending order.
   *
   * @param encoded a valid tensor whose components 1 and up are this layout's
   * @param group number of the group: row / {@link #groupRows}
   * @param from first column to list, at least 0
   * @param to column to end before, at most the tensor's columns
   * @param s scratch; {@code (column − from) · stride} goes to {@code lists.offsets}, the index of
   *     the first row's value in component 0, as I32, to {@code lists.values}
   * @return number of columns listed, at most {@code to − from}
   */
  int positions(Tensor encoded, long group, int from, int to, MemorySegment s, RowLists lists);

  /**
   * Lists the columns from {@code from} to {@code to} that a group of rows stores, with the values
   * of each row, in ascending order of columns. Values may be zero where the layout fills blocks.
   *
   * @param encoded a valid tensor in this layout
   * @param group number of the group: row / {@link #groupRows}
   * @param from first column to list, at least 0
   * @param to column to end before, at most the tensor's columns
   * @param s scratch with room at the places {@code lists} names: {@code (column − from) · stride}
   *     as I32, and the values of all rows of the group as F32
   * @return number of columns listed, at most {@code to − from}
   */
  default int list(Tensor encoded, long group, int from, int to, MemorySegment s, RowLists lists) {
    int count = positions(encoded, group, from, to, s, lists);
    // Row 0 last: its values replace the positions, which the other rows still need.
    for (int row = groupRows() - 1; row >= 0; row--) {
      long out = lists.values() + row * lists.valueStride();
      StoredValues.gather(encoded, s, lists.values(), count, row * rowStep(), out);
    }
    return count;
  }

  /**
   * Checks components 1 and up.
   *
   * @return the number of values component 0 must hold
   * @throws IllegalArgumentException naming the component, the position and the value
   */
  long checkPattern(Tensor encoded);

  /** Checks that values behind the tensor's extents are zero, where the layout has such. */
  default void checkPadding(Tensor encoded) {}

  @Override
  default void validate(Tensor encoded) {
    LayoutChecks.type(encoded.dtype(), encoded.shape(), this);
    long count = checkPattern(encoded);
    StoredValues.checkSize(encoded, count);
    checkPadding(encoded);
  }

  @Override
  default boolean isSparse() {
    return true;
  }

  /** {@inheritDoc} Allocates scratch; kernels that run often use {@link #list}. */
  @Override
  default void decodeRows(Tensor encoded, long from, long to, MemorySegment rows) {
    long columns = encoded.columns();
    rows.asSlice(0, encoded.dtype().byteSize((to - from) * columns)).fill((byte) 0);
    if (columns == 0 || from >= to) {
      return;
    }
    int chunk = (int) Math.min(columns, DECODE_COLUMNS);
    RowLists lists = new RowLists(0, 4L * chunk, 0, 1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(8L * chunk, 8);
      for (long group = from / groupRows(); group * groupRows() < to; group++) {
        for (long k = 0; k < columns; k += chunk) {
          int end = (int) Math.min(columns, k + chunk);
          int count = positions(encoded, group, (int) k, end, s, lists);
          for (int r = 0; r < groupRows(); r++) {
            long row = group * groupRows() + r;
            if (row < from || row >= to) {
              continue;
            }
            long base = (row - from) * columns + k;
            for (int i = 0; i < count; i++) {
              long at = s.get(Elements.I32, lists.values() + 4L * i) + (long) r * rowStep();
              StoredValues.copy(encoded, at, rows, base + s.get(Elements.I32, 4L * i));
            }
          }
        }
      }
    }
  }
}

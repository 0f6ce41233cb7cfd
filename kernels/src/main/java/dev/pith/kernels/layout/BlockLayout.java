package dev.pith.kernels.layout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Blocks of {@code rows} × {@code cols} elements (BSR), of which those that are all zero are left
 * out. A group of {@code rows} neighbouring rows shares one list of blocks.
 *
 * <p>{@code values}: block after block, each row-major; {@code groupOffsets} (U32, groups + 1): the
 * first block of each group; {@code blockColumns} (U16 where there are at most 65536 columns of
 * blocks, else U32): strictly ascending within a group. Elements of a block that lie behind the
 * tensor's extents are 0.
 *
 * @param rows rows of a block, 1 to 64
 * @param cols columns of a block, 1 to 64
 */
public record BlockLayout(int rows, int cols) implements SparseLayout {

  public BlockLayout {
    if (rows < 1 || rows > 64 || cols < 1 || cols > 64) {
      throw new IllegalArgumentException(
          "blocks of " + rows + "x" + cols + " are not possible; 1x1 to 64x64 are");
    }
  }

  @Override
  public int id() {
    return 4;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(rows, cols);
  }

  @Override
  public String name() {
    return "block" + rows + "x" + cols;
  }

  @Override
  public List<String> componentNames() {
    return List.of("values", "groupOffsets", "blockColumns");
  }

  @Override
  public int groupRows() {
    return rows;
  }

  @Override
  public int rowStep() {
    return cols;
  }

  private long groups(long matrixRows) {
    return (matrixRows + rows - 1) / rows;
  }

  private long blocksAcross(long columns) {
    return (columns + cols - 1) / cols;
  }

  @Override
  public Tensor encode(Tensor dense, Arena arena) {
    WeightMatrix matrix = WeightMatrix.of(dense, this);
    long groups = groups(matrix.rows());
    int across = (int) blocksAcross(matrix.columns());
    long blocks = 0;
    for (long group = 0; group < groups; group++) {
      for (int block = 0; block < across; block++) {
        blocks += isEmpty(matrix, group, block) ? 0 : 1;
      }
    }
    if (blocks * rows * cols > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          name()
              + " would store "
              + blocks * rows * cols
              + " values of "
              + dense
              + "; fewer than 2^31 fit");
    }
    DType type = ColumnIndices.type(across);
    MemorySegment values = WeightMatrix.allocate(arena, matrix.dtype(), blocks * rows * cols);
    MemorySegment offsets = WeightMatrix.allocate(arena, 4 * (groups + 1));
    MemorySegment indices = WeightMatrix.allocate(arena, type, blocks);
    int at = 0;
    for (long group = 0; group < groups; group++) {
      for (int block = 0; block < across; block++) {
        if (!isEmpty(matrix, group, block)) {
          copy(matrix, group, block, values, (long) at * rows * cols);
          ColumnIndices.set(indices, type == DType.U32, at++, block);
        }
      }
      offsets.set(Elements.I32, 4 * (group + 1), at);
    }
    return matrix.encoded(this, values, offsets, indices);
  }

  private boolean isEmpty(WeightMatrix matrix, long group, int block) {
    long endRow = Math.min(matrix.rows(), (group + 1) * rows);
    long endColumn = Math.min(matrix.columns(), (block + 1L) * cols);
    for (long row = group * rows; row < endRow; row++) {
      for (long column = (long) block * cols; column < endColumn; column++) {
        if (!matrix.isZero(row, column)) {
          return false;
        }
      }
    }
    return true;
  }

  private void copy(WeightMatrix matrix, long group, int block, MemorySegment values, long at) {
    long endRow = Math.min(rows, matrix.rows() - group * rows);
    long endColumn = Math.min(cols, matrix.columns() - (long) block * cols);
    for (int r = 0; r < endRow; r++) {
      for (int c = 0; c < endColumn; c++) {
        matrix.copy(group * rows + r, (long) block * cols + c, values, at + (long) r * cols + c);
      }
    }
  }

  /** The columns of blocks that blocks {@code from} to {@code to} of {@code encoded} lie in. */
  public int[] blockColumns(Tensor encoded, long from, long to) {
    boolean wide = ColumnIndices.type(blocksAcross(encoded.columns())) == DType.U32;
    return ColumnIndices.list(encoded.component(2), wide, from, to);
  }

  @Override
  public int positions(
      Tensor encoded, long group, int from, int to, MemorySegment s, RowLists lists) {
    MemorySegment offsets = encoded.component(1);
    MemorySegment indices = encoded.component(2);
    boolean wide = ColumnIndices.type(blocksAcross(encoded.columns())) == DType.U32;
    int first = offsets.get(Elements.I32, 4 * group);
    int end = offsets.get(Elements.I32, 4 * group + 4);
    if (from > 0) {
      first = ColumnIndices.lowerBound(indices, wide, first, end, from / cols);
    }
    int count = 0;
    for (int block = first; block < end; block++) {
      int column = ColumnIndices.get(indices, wide, block) * cols;
      if (column >= to) {
        break;
      }
      int endColumn = Math.min(cols, to - column);
      for (int c = Math.max(0, from - column); c < endColumn; c++) {
        s.set(Elements.I32, lists.offsets() + 4L * count, (column + c - from) * lists.stride());
        s.set(Elements.I32, lists.values() + 4L * count, block * rows * cols + c);
        count++;
      }
    }
    return count;
  }

  /** {@inheritDoc} Bytes are read a group at a time: cold code must open models fast, too. */
  @Override
  public void decodeRows(Tensor encoded, long from, long to, MemorySegment target) {
    if (encoded.dtype().bits() != 8) {
      SparseLayout.super.decodeRows(encoded, from, to, target);
      return;
    }
    int columns = Math.toIntExact(encoded.columns());
    boolean wide = ColumnIndices.type(blocksAcross(columns)) == DType.U32;
    byte[] group = new byte[rows * columns];
    MemorySegment bytes = MemorySegment.ofArray(group);
    long at = 0;
    for (long row = from / rows * rows; row < to; row += rows) {
      long first = encoded.component(1).get(Elements.I32, 4 * (row / rows));
      long end = encoded.component(1).get(Elements.I32, 4 * (row / rows) + 4);
      int[] places = ColumnIndices.list(encoded.component(2), wide, first, end);
      byte[] values =
          encoded
              .values()
              .asSlice(first * rows * cols, (end - first) * rows * cols)
              .toArray(JAVA_BYTE);
      bytes.fill((byte) 0);
      for (int i = 0; i < places.length; i++) {
        int column = places[i] * cols;
        int length = Math.min(cols, columns - column);
        for (int r = 0; r < rows; r++) {
          System.arraycopy(values, (i * rows + r) * cols, group, r * columns + column, length);
        }
      }
      int skipped = (int) Math.max(0, from - row);
      int some = (int) Math.min(rows, to - row) - skipped;
      MemorySegment.copy(bytes, (long) skipped * columns, target, at, (long) some * columns);
      at += (long) some * columns;
    }
  }

  @Override
  public long checkPattern(Tensor encoded) {
    long groups = groups(encoded.rows());
    long across = blocksAcross(encoded.columns());
    long blocks = LayoutChecks.offsets(encoded, 1, groups);
    if (blocks * rows * cols > Integer.MAX_VALUE) {
      throw LayoutChecks.bad(
          encoded, 1, groups, blocks, "that many blocks hold 2^31 values or more");
    }
    DType type = ColumnIndices.type(across);
    LayoutChecks.size(encoded, 2, type.byteSize(blocks));
    for (long group = 0; group < groups; group++) {
      long first = encoded.component(1).get(Elements.I32, 4 * group);
      long end = encoded.component(1).get(Elements.I32, 4 * group + 4);
      long last = -1;
      for (int number : ColumnIndices.list(encoded.component(2), type == DType.U32, first, end)) {
        long column = number & 0xFFFFFFFFL;
        if (column <= last || column >= across) {
          throw LayoutChecks.bad(
              encoded,
              2,
              first,
              column,
              "block columns rise within a group and are below " + across);
        }
        last = column;
        first++;
      }
    }
    return blocks * rows * cols;
  }

  @Override
  public void checkPadding(Tensor encoded) {
    if (encoded.rows() % rows == 0 && encoded.columns() % cols == 0) {
      return;
    }
    long across = blocksAcross(encoded.columns());
    DType type = ColumnIndices.type(across);
    for (long group = 0; group < groups(encoded.rows()); group++) {
      long end = encoded.component(1).get(Elements.I32, 4 * group + 4);
      for (long i = encoded.component(1).get(Elements.I32, 4 * group); i < end; i++) {
        long column = Elements.getLong(type, encoded.component(2), i) * cols;
        if ((group + 1) * rows <= encoded.rows() && column + cols <= encoded.columns()) {
          continue;
        }
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < cols; c++) {
            if (group * rows + r >= encoded.rows() || column + c >= encoded.columns()) {
              StoredValues.checkZero(encoded, (i * rows + r) * cols + c);
            }
          }
        }
      }
    }
  }
}

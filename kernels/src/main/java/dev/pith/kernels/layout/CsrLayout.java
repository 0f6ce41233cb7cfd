package dev.pith.kernels.layout;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Compressed sparse rows: {@code values} of all non-zeros row by row, {@code rowOffsets} (U32, rows
 * + 1), and {@code columnIndices} (U16 where there are at most 65536 columns, else U32), strictly
 * ascending within a row.
 */
public record CsrLayout() implements SparseLayout {

  @Override
  public int id() {
    return 1;
  }

  @Override
  public List<Integer> parameters() {
    return List.of();
  }

  @Override
  public String name() {
    return "csr";
  }

  @Override
  public List<String> componentNames() {
    return List.of("values", "rowOffsets", "columnIndices");
  }

  @Override
  public Tensor encode(Tensor dense, Arena arena) {
    WeightMatrix matrix = WeightMatrix.of(dense, this);
    long count = matrix.count();
    DType type = ColumnIndices.type(matrix.columns());
    MemorySegment values = WeightMatrix.allocate(arena, matrix.dtype(), count);
    MemorySegment offsets = WeightMatrix.allocate(arena, 4 * (matrix.rows() + 1));
    MemorySegment indices = WeightMatrix.allocate(arena, type, count);
    int at = 0;
    for (long row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        if (!matrix.isZero(row, column)) {
          matrix.copy(row, column, values, at);
          ColumnIndices.set(indices, type == DType.U32, at++, column);
        }
      }
      offsets.set(Elements.I32, 4 * (row + 1), at);
    }
    return matrix.encoded(this, values, offsets, indices);
  }

  @Override
  public int positions(
      Tensor encoded, long group, int from, int to, MemorySegment s, RowLists lists) {
    MemorySegment offsets = encoded.component(1);
    MemorySegment indices = encoded.component(2);
    boolean wide = ColumnIndices.type(encoded.columns()) == DType.U32;
    int first = offsets.get(Elements.I32, 4 * group);
    int end = offsets.get(Elements.I32, 4 * group + 4);
    if (from > 0) {
      first = ColumnIndices.lowerBound(indices, wide, first, end, from);
    }
    int count = 0;
    for (int i = first; i < end; i++) {
      int column = ColumnIndices.get(indices, wide, i);
      if (column >= to) {
        break;
      }
      s.set(Elements.I32, lists.offsets() + 4L * count, (column - from) * lists.stride());
      s.set(Elements.I32, lists.values() + 4L * count, i);
      count++;
    }
    return count;
  }

  @Override
  public long checkPattern(Tensor encoded) {
    long rows = encoded.rows();
    long count = LayoutChecks.offsets(encoded, 1, rows);
    DType type = ColumnIndices.type(encoded.columns());
    LayoutChecks.size(encoded, 2, type.byteSize(count));
    MemorySegment indices = encoded.component(2);
    for (long row = 0; row < rows; row++) {
      long end = encoded.component(1).get(Elements.I32, 4 * row + 4);
      long last = -1;
      for (long i = encoded.component(1).get(Elements.I32, 4 * row); i < end; i++) {
        long column = Elements.getLong(type, indices, i);
        if (column <= last || column >= encoded.columns()) {
          throw LayoutChecks.bad(
              encoded,
              2,
              i,
              column,
              "columns rise within a row and are below " + encoded.columns());
        }
        last = column;
      }
    }
    return count;
  }
}

package dev.pith.runtime.cuda;

import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Compressed weights as cuSPARSE takes them. Blocked-ELL: each row of blocks has as many as the
 * fullest one, absent ones in column −1; values are a row-major matrix of that width.
 */
final class BlockedEll {

  private BlockedEll() {}

  /** Column numbers of a CSR weight in 32 bits. */
  static MemorySegment wideColumns(Tensor weight, Arena arena) {
    DType type = weight.columns() <= 1 << 16 ? DType.U16 : DType.I32;
    long count = weight.component(1).get(Elements.I32, 4 * weight.rows());
    MemorySegment wide = arena.allocate(Math.max(1, 4 * count), Tensor.ALIGNMENT);
    for (long i = 0; i < count; i++) {
      long column = Elements.getLong(type, weight.component(2), i);
      wide.set(Elements.I32, 4 * i, Math.toIntExact(column));
    }
    return count == 0 ? wide.asSlice(0, 0) : wide;
  }

  private static int block(Tensor weight) {
    return ((BlockLayout) weight.layout()).rows();
  }

  private static int offset(Tensor weight, long blockRow) {
    return weight.component(1).get(Elements.I32, 4 * blockRow);
  }

  /** Blocks of each row of blocks; at least 1. */
  static int width(Tensor weight) {
    int width = 1;
    for (long r = 0; r < weight.rows() / block(weight); r++) {
      width = Math.max(width, offset(weight, r + 1) - offset(weight, r));
    }
    return width;
  }

  /** Column numbers of blocks, row of blocks by row of blocks. */
  static MemorySegment columns(Tensor weight, Arena arena) {
    int width = width(weight);
    long blockRows = weight.rows() / block(weight);
    DType type = weight.columns() / block(weight) <= 1 << 16 ? DType.U16 : DType.I32;
    MemorySegment columns = arena.allocate(4 * blockRows * width, Tensor.ALIGNMENT);
    for (long r = 0; r < blockRows; r++) {
      int first = offset(weight, r);
      for (int i = 0; i < width; i++) {
        boolean isThere = first + i < offset(weight, r + 1);
        long column = isThere ? Elements.getLong(type, weight.component(2), first + i) : -1;
        columns.set(Elements.I32, 4 * (r * width + i), (int) column);
      }
    }
    return columns;
  }

  /** Values, one row of the weight after the other. */
  static MemorySegment values(Tensor weight, Arena arena) {
    int width = width(weight);
    int block = block(weight);
    DType type = weight.dtype();
    MemorySegment values =
        arena.allocate(type.byteSize(weight.rows() * width * block), Tensor.ALIGNMENT);
    for (long r = 0; r < weight.rows() / block; r++) {
      for (int b = offset(weight, r); b < offset(weight, r + 1); b++) {
        for (int i = 0; i < block; i++) {
          long from = ((long) b * block + i) * block;
          long to = ((r * block + i) * width + (b - offset(weight, r))) * block;
          for (int j = 0; j < block; j++) {
            Elements.copy(type, weight.component(0), from + j, values, to + j);
          }
        }
      }
    }
    return values;
  }
}

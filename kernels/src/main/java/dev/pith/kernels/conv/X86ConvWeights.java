package dev.pith.kernels.conv;

import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where products find the weights of a convolution: those of 32 bits where they are; those of 16
 * bits are widened once, into tiles of six rows, one column after another, whose memory is read in
 * order. Immutable.
 *
 * @param tiles the tiles; {@code null} where weights are read in place
 * @param row bytes from one row to the next, within six rows
 * @param column bytes from one column to the next
 * @param sixRows bytes from one six rows to the next
 * @param group bytes from one group's rows to the next one's
 */
record X86ConvWeights(MemorySegment tiles, long row, long column, long sixRows, long group) {

  /** Rows of a tile. */
  static final int ROWS = 6;

  static X86ConvWeights of(ConvProblem problem, PrepareContext context) {
    ConvGeometry g = problem.geometry();
    long columns = g.columns();
    long rows = g.outputChannels() / g.groups();
    Tensor weight = context.constant(1);
    if (problem.weight() == DType.F32) {
      return new X86ConvWeights(null, 4 * columns, 4, ROWS * 4 * columns, rows * 4 * columns);
    }
    long tile = 4 * ROWS * columns;
    MemorySegment tiles =
        context.packed(1, "x86_tiles" + g.groups(), arena -> pack(weight, g.groups(), arena));
    return new X86ConvWeights(tiles, 4, 4 * ROWS, tile, (rows + ROWS - 1) / ROWS * tile);
  }

  private static MemorySegment pack(Tensor weight, long groups, Arena arena) {
    int columns = Math.toIntExact(weight.columns());
    long rows = weight.rows() / groups;
    long perGroup = (rows + ROWS - 1) / ROWS;
    MemorySegment tiles = arena.allocate(4 * ROWS * columns * perGroup * groups, 64);
    float[] tile = new float[ROWS * columns];
    for (long group = 0; group < groups; group++) {
      for (long first = 0; first < rows; first += ROWS) {
        for (int r = 0; r < ROWS; r++) {
          long row = group * rows + first + r;
          for (int column = 0; column < columns; column++) {
            tile[column * ROWS + r] =
                first + r < rows ? (float) weight.getDouble(row * columns + column) : 0;
          }
        }
        long at = 4 * ROWS * columns * (group * perGroup + first / ROWS);
        MemorySegment.copy(tile, 0, tiles, Elements.F32, at, tile.length);
      }
    }
    return tiles;
  }

  /** Address of the weights of row {@code firstRow}, a multiple of six, of a group. */
  long address(MemorySegment inPlace, long ofGroup, long firstRow, long firstColumn) {
    long start = (tiles == null ? inPlace : tiles).address();
    return start + ofGroup * group + firstRow / ROWS * sixRows + firstColumn * column;
  }
}

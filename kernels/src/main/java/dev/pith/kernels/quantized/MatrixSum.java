package dev.pith.kernels.quantized;

import dev.pith.kernels.tensor.BroadcastIndex;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;

/** One sum of a matrix product of 8-bit integers with any zero points; the slow, general path. */
final class MatrixSum {

  private final long k;
  private final long n;
  private final DType aType;
  private final DType bType;
  private final BroadcastIndex index;

  /**
   * @param aGrid shape of the zero points (and scales) of a, broadcast to a; {@code null} for none
   * @param bGrid likewise for b
   */
  MatrixSum(Shape a, Shape b, DType aType, DType bType, Shape aGrid, Shape bGrid) {
    this.k = a.dim(-1);
    this.n = b.dim(-1);
    this.aType = aType;
    this.bType = bType;
    Shape row = a.with(-1, 1);
    Shape column = b.with(-2, 1);
    // The inner axis has extent 1 in all four, so that the index points at the start of a sum.
    this.index =
        BroadcastIndex.of(
            output(a, b),
            row,
            column,
            aGrid == null ? Shape.SCALAR : aGrid,
            bGrid == null ? Shape.SCALAR : bGrid);
  }

  static Shape output(Shape a, Shape b) {
    return Shape.broadcast(a.with(-1, 1), b.with(-2, 1));
  }

  /** The element of a grid of a that belongs to output element {@code element}. */
  long aCell(long element) {
    return index.of(element, 2);
  }

  /** The element of a grid of b that belongs to output element {@code element}. */
  long bCell(long element) {
    return index.of(element, 3);
  }

  /** Σ (a − za) · (b − zb) for output element {@code element}, wrapping. */
  int sum(MemorySegment a, MemorySegment za, MemorySegment b, MemorySegment zb, long element) {
    int zeroA = za == null ? 0 : (int) Elements.getLong(aType, za, aCell(element));
    int zeroB = zb == null ? 0 : (int) Elements.getLong(bType, zb, bCell(element));
    // A row of a starts at its own number times K. A matrix of b starts at the same number of
    // columns times K, and a column within it at its own number.
    long row = index.of(element, 0) * k;
    long column = index.of(element, 1);
    long first = column / n * n * k + column % n;
    int sum = 0;
    for (long i = 0; i < k; i++) {
      int p = (int) Elements.getLong(aType, a, row + i) - zeroA;
      sum += p * ((int) Elements.getLong(bType, b, first + i * n) - zeroB);
    }
    return sum;
  }
}

package dev.pith.runtime.graph.ops;

import dev.pith.kernels.tensor.Shape;

/** Shapes of the scales and zero points of the inputs of a matrix product. */
final class MatrixGrid {

  private MatrixGrid() {}

  /**
   * The shape of {@code grid} (one element, or a vector with one for each row, or any shape with
   * extent 1 along K) as one that broadcasts to the shape {@code a} [.., M, K].
   *
   * @throws IllegalArgumentException if it fits none of these
   */
  static Shape rows(Shape a, Shape grid) {
    Shape seen = grid.rank() == 1 && grid.dim(0) != 1 ? Shape.of(grid.dim(0), 1) : grid;
    return check(a, seen, grid, seen.rank() - 1);
  }

  /** Likewise for {@code b} [.., K, N], with one element for each column. */
  static Shape columns(Shape b, Shape grid) {
    return check(b, grid, grid, grid.rank() - 2);
  }

  private static Shape check(Shape matrix, Shape seen, Shape grid, int inner) {
    if (grid.elementCount() == 1) {
      return Shape.SCALAR;
    }
    boolean alongK = inner >= 0 && seen.dim(inner) != 1;
    if (alongK || seen.rank() > matrix.rank() || !Shape.broadcast(matrix, seen).equals(matrix)) {
      throw new IllegalArgumentException(
          "a scale or zero point of shape "
              + grid
              + " does not fit a matrix of shape "
              + matrix
              + "; one element, or one for each row of the first or column of the second input, is"
              + " allowed");
    }
    return seen;
  }

  /**
   * Checks that shapes {@code a} and {@code b} can be multiplied.
   *
   * @throws IllegalArgumentException if their ranks are below 2 or their inner extents differ
   */
  static void checkProduct(Shape a, Shape b) {
    if (a.rank() < 2 || b.rank() < 2 || a.dim(-1) != b.dim(-2)) {
      throw new IllegalArgumentException("matrices of shapes " + a + " and " + b + " do not fit");
    }
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import java.lang.invoke.MethodHandles;

/**
 * Inner loops of fp32 matrix products on arrays: some rows of weights times a panel of {@link
 * #width} columns.
 *
 * <p>Every sum is one chain of fused multiply-adds in ascending order of k that begins with what C
 * holds. Results are therefore the same bits for every vector width, tile and split of k, and
 * leaving out weights that are zero changes nothing. The names of arguments: {@code s} is the
 * thread's scratch, in which w, b and c are indices; {@code Step} is the distance of rows.
 */
public interface FloatTile {

  /** Rows of weights that {@link #multiply} works on. */
  int ROWS = 6;

  /** The loops made for the vectors of {@code target}. */
  static FloatTile of(Target target) {
    return VectorWidths.of(
        MethodHandles.lookup(), FloatTile.class, VectorFloatTile.class, target.vectorBits());
  }

  /** Lanes of a vector. */
  int lanes();

  /** Columns of a panel: two vectors. */
  default int width() {
    return 2 * lanes();
  }

  /**
   * C += W · B for {@link #ROWS} rows and {@link #width} columns.
   *
   * @param b k rows of {@link #width} floats
   */
  void multiply(float[] s, int w, int wStep, int b, int k, int c, int cStep);

  /** The same for the first {@link #lanes} columns only. */
  void multiplyHalf(float[] s, int w, int wStep, int b, int k, int c, int cStep);

  /**
   * C += w · B for one row of {@code n} listed weights and three panels, whose columns follow each
   * other in C.
   *
   * @param offsets for each weight, the bits of an int: distance from {@code b} to its row of B
   * @param panelStep distance from one panel to the next
   */
  void sparse(float[] s, int offsets, int values, int n, int b, int panelStep, int c);

  /** The same for two rows with the same columns. */
  void sparsePair(
      float[] s,
      int offsets,
      int values,
      int valueStep,
      int n,
      int b,
      int panelStep,
      int c,
      int cStep);

  /** The same for one row and one panel. */
  void sparseOne(float[] s, int offsets, int values, int n, int b, int c);

  /**
   * Sums over taps: {@code c[i] = start + Σ w[tap] · x[i + offset[tap]]} for i below {@code n}; up
   * to four vectors more are read and written.
   *
   * @param offsets for each tap, the bits of an int
   */
  void depthwise(float[] s, int x, int offsets, int w, int taps, float start, int n, int c);

  /** Rows of either factor that {@link #dot} works on. */
  int DOTS = 3;

  /**
   * Dot products of three rows with three rows, kept apart lane by lane: nine vectors at {@code
   * acc}, of row r of w and row t of x at r · 3 + t, grow by the products of {@code k} elements.
   *
   * @param k a multiple of {@link #lanes}
   */
  void dot(float[] s, int w, int wStep, int x, int xStep, int k, int acc);
}

package dev.pith.kernels.quads;

/**
 * How a U8 activation of shape {@code [N, C, H, W]} lies in memory while a plan runs. Chosen for
 * speed alone: it is never stored in a file and never changes a result.
 */
public sealed interface Arrangement {

  /** Row-major, as every kernel takes it. */
  Rows ROWS = new Rows();

  /** Row-major. */
  record Rows() implements Arrangement {
    @Override
    public String toString() {
      return "rows";
    }
  }

  /**
   * Quads with a border: see {@link QuadGrid}.
   *
   * @param border cells of padding around each plane, 0 to {@link QuadGrid#MAX_BORDER}
   * @param padding the byte that the border is made of, 0 to 255: the zero point of the value
   */
  record Quads(int border, int padding) implements Arrangement {
    public Quads {
      if (border < 0 || border > QuadGrid.MAX_BORDER || padding < 0 || padding > 255) {
        throw new IllegalArgumentException("no quads have border " + border + " of " + padding);
      }
    }

    @Override
    public String toString() {
      return "quads+" + border + (border == 0 ? "" : "(" + padding + ")");
    }
  }
}

package dev.pith.kernels.matmul;

/**
 * What panels of columns are like.
 *
 * @param width columns of a panel
 * @param floats floats of a panel: half of the first cache, a quarter where three are read at once
 * @param together panels that are read at a time
 * @param mostPanels panels that fit the second cache beside the rest
 */
public record PanelShape(int width, int floats, int together, int mostPanels) {

  /** Panels for rows from {@code source}. */
  public static PanelShape of(FloatTile tile, RowSource source) {
    boolean listed = source instanceof FloatWeights weights && weights.sparse() != null;
    return listed
        ? new PanelShape(tile.width(), 2048, 3, 9)
        : new PanelShape(tile.width(), 4096, 1, 8);
  }
}

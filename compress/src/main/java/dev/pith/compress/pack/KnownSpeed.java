package dev.pith.compress.pack;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.tensor.Layout;

/**
 * Allows a sparse layout where its kernels are known not to be slower than dense ones. The bounds
 * are {@code pith explain}'s on Zen 3 (AVX2) for layers of 0.1 to 100 million multiply-adds. They
 * depend on the layer only, so that the same network always becomes the same file.
 */
public final class KnownSpeed implements LayoutJudge {

  /** The one instance needed. */
  public static final KnownSpeed INSTANCE = new KnownSpeed();

  private KnownSpeed() {}

  /**
   * Sparsities from which on sparse kernels win.
   *
   * @param blocks of blocks of 4 neighbouring columns
   * @param others of zeros anywhere
   */
  private record Bounds(double blocks, double others) {}

  /** Generated code skips blocks of four columns; zeros elsewhere cost as much as weights. */
  private static final Bounds INT8 = new Bounds(0.25, 0.6);

  /** Generated code skips single weights. */
  private static final Bounds FLOAT_CONV = new Bounds(0.3, 0.5);

  /**
   * For one row of activations, where dense weights are read in order and tiles of sparse kernels
   * are mostly empty; with 8 rows blocks win from 0.3 on, but the rows are not known here.
   */
  private static final Bounds FLOAT_LINEAR = new Bounds(0.85, 0.93);

  @Override
  public boolean allows(WeightedLayer layer, Layout layout, double sparsity) {
    Bounds bounds =
        !layer.weight().dtype().isFloat()
            ? INT8
            : layer.isConvolution() ? FLOAT_CONV : FLOAT_LINEAR;
    return sparsity >= (layout instanceof BlockLayout ? bounds.blocks() : bounds.others());
  }
}

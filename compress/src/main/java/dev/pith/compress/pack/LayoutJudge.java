package dev.pith.compress.pack;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Layout;

/** Says whether a layer may hold its weight in a sparse layout. */
@FunctionalInterface
public interface LayoutJudge {

  /** The smallest form, however fast. */
  LayoutJudge SMALLEST = (layer, layout, sparsity) -> true;

  /**
   * Whether {@code layer} may have {@code layout}.
   *
   * @param layer a layer with a dense weight
   * @param layout a layout that leaves zeros out
   * @param sparsity fraction of the weight's elements that are zero
   */
  boolean allows(WeightedLayer layer, Layout layout, double sparsity);
}

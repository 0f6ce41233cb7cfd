package dev.pith.kernels;

import dev.pith.kernels.tensor.Layout;

/** A problem with a weight that may be held in any layout without changing what is computed. */
public interface WeightedProblem extends Problem {

  /** The input that holds the weight. */
  default int weightInput() {
    return 1;
  }

  /** Layout of the weight. */
  Layout layout();

  /** The same computation with the weight in another layout. */
  WeightedProblem withLayout(Layout other);
}

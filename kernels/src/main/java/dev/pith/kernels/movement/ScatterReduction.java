package dev.pith.kernels.movement;

import dev.pith.kernels.elementwise.BinaryFunction;

/** How a scattered element meets the one that is there. */
public enum ScatterReduction {
  /** It replaces it; the last of several to one place stays. */
  NONE(null),
  ADD(BinaryFunction.ADD),
  MUL(BinaryFunction.MUL),
  MIN(BinaryFunction.MIN),
  MAX(BinaryFunction.MAX);

  private final BinaryFunction function;

  ScatterReduction(BinaryFunction function) {
    this.function = function;
  }

  /** The function of old and new element; {@code null} for {@link #NONE}. */
  BinaryFunction function() {
    return function;
  }
}

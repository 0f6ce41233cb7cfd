package dev.pith.kernels.pool;

/** What a window keeps. */
public enum PoolFunction {
  /** The largest cell; padding never counts. */
  MAX,
  /** The sum of the cells over their number. */
  AVERAGE,
  /** (Σ |x|ᵖ)^(1/p). */
  LP
}

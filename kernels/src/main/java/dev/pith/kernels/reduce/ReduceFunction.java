package dev.pith.kernels.reduce;

/** What is kept of the elements that are reduced to one. */
public enum ReduceFunction {
  /** Σ x; 0 of nothing. */
  SUM,
  /** Σ x over their number; NaN of nothing. */
  MEAN,
  /** The largest; the type's lowest number of nothing. */
  MAX,
  /** The smallest; the type's highest number of nothing. */
  MIN,
  /** Π x; 1 of nothing. */
  PROD,
  /** Σ |x|. */
  L1,
  /** √ Σ x². */
  L2,
  /** log Σ x. */
  LOG_SUM,
  /** log Σ exp x, computed without overflow. */
  LOG_SUM_EXP,
  /** Σ x². */
  SUM_SQUARE
}

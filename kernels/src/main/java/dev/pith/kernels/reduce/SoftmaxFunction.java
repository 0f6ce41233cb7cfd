package dev.pith.kernels.reduce;

/** Functions of a row whose outputs compare its elements. */
public enum SoftmaxFunction {
  /** exp(x − max) / Σ exp(x − max). */
  SOFTMAX,
  /** x − max − log Σ exp(x − max). */
  LOG_SOFTMAX,
  /** 1 at the first maximum, 0 elsewhere. */
  HARDMAX
}

package dev.pith.kernels.resample;

/** How a value between pixels follows from them. */
public enum Interpolation {
  /** The nearest pixel. */
  NEAREST,
  /** A straight line between the two neighbours. */
  LINEAR,
  /** A cubic through four neighbours. */
  CUBIC
}

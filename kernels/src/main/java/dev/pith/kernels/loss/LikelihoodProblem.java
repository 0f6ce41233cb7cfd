package dev.pith.kernels.loss;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Negative log likelihood: −x[n, t, i] · weight[t] for the class t = target[n, i] of each place.
 *
 * <p>Inputs: x [N, classes, inner]; target [N, inner], I32 or I64; optional weight [classes].
 *
 * @param dtype element type of x, weight and y
 * @param targetType element type of target
 * @param batch N
 * @param classes classes
 * @param inner places of an image
 * @param reduction what becomes of the places
 * @param weight whether weights are given
 * @param ignored a class whose places do not count; {@link #NONE} for none
 */
public record LikelihoodProblem(
    DType dtype,
    DType targetType,
    long batch,
    long classes,
    long inner,
    Reduction reduction,
    boolean weight,
    long ignored)
    implements Problem {

  /** No class is ignored. */
  public static final long NONE = Long.MIN_VALUE;

  /** What becomes of the losses of all places. */
  public enum Reduction {
    /** y [N, inner] holds each. */
    NONE,
    /** y [] is their sum. */
    SUM,
    /** y [] is their sum over that of the weights. */
    MEAN
  }

  @Override
  public long work() {
    return batch * inner;
  }
}

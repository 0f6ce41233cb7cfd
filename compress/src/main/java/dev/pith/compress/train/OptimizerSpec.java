package dev.pith.compress.train;

import java.util.Locale;

/**
 * Which optimizer, with its settings.
 *
 * @param kind which one
 * @param learningRate largest learning rate of the schedule, positive
 * @param momentum SGD: momentum; Adam: decay of the first moment; in [0, 1)
 * @param beta2 Adam: decay of the second moment, in [0, 1)
 * @param weightDecay pull towards zero on weights of two or more axes (not on biases and
 *     normalizations); SGD and ADAM add it to the gradient, ADAMW shrinks the weight itself
 * @param nesterov SGD: whether momentum looks ahead
 */
public record OptimizerSpec(
    Kind kind,
    double learningRate,
    double momentum,
    double beta2,
    double weightDecay,
    boolean nesterov) {

  /** Added to Adam's denominator. */
  static final double EPSILON = 1e-8;

  /** Optimizers. */
  public enum Kind {
    /** Stochastic gradient descent with momentum. */
    SGD,
    /** Kingma and Ba 2015. */
    ADAM,
    /** Loshchilov and Hutter 2019: Adam with decoupled weight decay. */
    ADAMW;

    /**
     * The optimizer with the given name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind parse(String name) {
      for (Kind kind : values()) {
        if (kind.name().equals(name.toUpperCase(Locale.ROOT))) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "there is no optimizer " + name + "; use sgd, adam or adamw");
    }
  }

  public OptimizerSpec {
    if (!(learningRate > 0) || !Double.isFinite(learningRate)) {
      throw new IllegalArgumentException("learning rate " + learningRate + " is not positive");
    }
    fraction("momentum", momentum);
    fraction("beta2", beta2);
    if (!(weightDecay >= 0) || !Double.isFinite(weightDecay)) {
      throw new IllegalArgumentException("weight decay " + weightDecay + " is negative");
    }
  }

  private static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " " + value + " is outside [0, 1)");
    }
  }

  /** SGD with Nesterov momentum 0.9 and weight decay 5e-4. */
  public static OptimizerSpec sgd(double learningRate) {
    return new OptimizerSpec(Kind.SGD, learningRate, 0.9, 0.999, 5e-4, true);
  }

  /** Adam with its usual moments and no weight decay. */
  public static OptimizerSpec adam(double learningRate) {
    return new OptimizerSpec(Kind.ADAM, learningRate, 0.9, 0.999, 0, false);
  }

  /** The same optimizer with another learning rate. */
  public OptimizerSpec withLearningRate(double other) {
    return new OptimizerSpec(kind, other, momentum, beta2, weightDecay, nesterov);
  }

  /** The same optimizer with another weight decay. */
  public OptimizerSpec withWeightDecay(double other) {
    return new OptimizerSpec(kind, learningRate, momentum, beta2, other, nesterov);
  }
}

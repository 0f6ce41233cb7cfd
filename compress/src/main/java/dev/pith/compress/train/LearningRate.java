package dev.pith.compress.train;

import java.util.List;
import java.util.Locale;

/**
 * How the learning rate changes, as a factor of its largest value.
 *
 * @param kind shape after the warm-up
 * @param warmUp epochs in which it grows linearly from near zero; may be fractional
 * @param milestones STEP: epochs at which it is multiplied by {@code factor}
 * @param factor STEP: what it is multiplied by, in (0, 1]
 */
public record LearningRate(Kind kind, double warmUp, List<Double> milestones, double factor) {

  /** Shapes. */
  public enum Kind {
    /** Stays as it is. */
    CONSTANT,
    /** Half a cosine, from the largest value to zero (Loshchilov and Hutter 2017). */
    COSINE,
    /** Falls at milestones. */
    STEP;

    /**
     * The shape with the given name, in any case.
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
          "there is no schedule " + name + "; use constant, cosine or step");
    }
  }

  public LearningRate {
    milestones = List.copyOf(milestones);
    if (!(warmUp >= 0) || !(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException(
          "warm-up " + warmUp + " must not be negative, factor " + factor + " must be in (0, 1]");
    }
  }

  /** Always the largest value. */
  public static LearningRate constant() {
    return new LearningRate(Kind.CONSTANT, 0, List.of(), 1);
  }

  /** Cosine after a warm-up. */
  public static LearningRate cosine(double warmUp) {
    return new LearningRate(Kind.COSINE, warmUp, List.of(), 1);
  }

  /** Falls by {@code factor} at each milestone. */
  public static LearningRate step(double factor, Double... milestones) {
    return new LearningRate(Kind.STEP, 0, List.of(milestones), factor);
  }

  /**
   * The factor at a point of the training.
   *
   * @param epoch epochs done, fractional
   * @param epochs epochs in all
   */
  public double at(double epoch, double epochs) {
    if (epoch < warmUp) {
      return (epoch + 1e-3) / (warmUp + 1e-3);
    }
    return switch (kind) {
      case CONSTANT -> 1;
      case COSINE -> {
        double done = Math.min(1, (epoch - warmUp) / Math.max(epochs - warmUp, 1e-9));
        yield (1 + Math.cos(Math.PI * done)) / 2;
      }
      case STEP -> {
        double passed = milestones.stream().filter(at -> epoch >= at).count();
        yield Math.pow(factor, passed);
      }
    };
  }
}

package dev.pith.compress.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * When weights are removed during training.
 *
 * @param kind how the sparsity grows
 * @param begin epoch of the first removal; may be fractional
 * @param end epoch of the last removal; not before {@code begin}
 * @param rounds removals in all; 1 for ONE_SHOT
 */
public record PruneSchedule(Kind kind, double begin, double end, int rounds) {

  /** How the sparsity grows. */
  public enum Kind {
    /** Everything at {@code begin}. */
    ONE_SHOT,
    /** Each round removes the same fraction of what is left (Han et al. 2015). */
    ITERATIVE,
    /** s · (1 − (1 − t)³) at the fraction t of the way (Zhu and Gupta 2017). */
    CUBIC;

    /**
     * The kind with the given name, in any case, with {@code -} or {@code _}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind parse(String name) {
      for (Kind kind : values()) {
        if (kind.name().equals(name.toUpperCase(Locale.ROOT).replace('-', '_'))) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "there is no pruning schedule " + name + "; use one-shot, iterative or cubic");
    }
  }

  public PruneSchedule {
    if (!(begin >= 0 && end >= begin) || rounds < 1 || kind == Kind.ONE_SHOT && rounds != 1) {
      throw new IllegalArgumentException(
          "a schedule from epoch "
              + begin
              + " to "
              + end
              + " in "
              + rounds
              + " rounds is impossible");
    }
  }

  /** Everything at once. */
  public static PruneSchedule oneShot(double at) {
    return new PruneSchedule(Kind.ONE_SHOT, at, at, 1);
  }

  /** Equal fractions of what is left. */
  public static PruneSchedule iterative(double begin, double end, int rounds) {
    return new PruneSchedule(Kind.ITERATIVE, begin, end, rounds);
  }

  /** The gradual cubic schedule. */
  public static PruneSchedule cubic(double begin, double end, int rounds) {
    return new PruneSchedule(Kind.CUBIC, begin, end, rounds);
  }

  /**
   * One removal.
   *
   * @param step before which step
   * @param sparsity reached after it
   */
  record Removal(long step, double sparsity) {}

  /** The removals on the way to {@code sparsity}, in order of steps; each step appears once. */
  List<Removal> removals(double sparsity, int stepsPerEpoch) {
    List<Removal> removals = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      double way = rounds == 1 ? 1 : (round - 1) / (double) (rounds - 1);
      long step = Math.round((begin + way * (end - begin)) * stepsPerEpoch);
      if (!removals.isEmpty() && removals.getLast().step() == step) {
        removals.removeLast();
      }
      removals.add(new Removal(step, sparsity(sparsity, round)));
    }
    return removals;
  }

  private double sparsity(double goal, int round) {
    double t = round / (double) rounds;
    return switch (kind) {
      case ONE_SHOT -> goal;
      case ITERATIVE -> round == rounds ? goal : 1 - Math.pow(1 - goal, t);
      case CUBIC -> goal * (1 - Math.pow(1 - t, 3));
    };
  }
}

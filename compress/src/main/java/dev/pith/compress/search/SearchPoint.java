package dev.pith.compress.search;

import java.util.List;

/**
 * A compression that was tried, and what was measured.
 *
 * @param candidate what was done to each layer
 * @param accuracy fraction of the search's samples that it classifies rightly
 * @param bytes size of the file
 * @param millis median time of one run on the device, batch 1
 */
public record SearchPoint(Candidate candidate, double accuracy, long bytes, double millis) {

  /** What a search makes small. */
  public enum Objective {
    /** The file. */
    BYTES,
    /** The time of one run. */
    LATENCY;

    /** What {@code point} costs. */
    public double of(SearchPoint point) {
      return this == BYTES ? point.bytes : point.millis;
    }

    /**
     * The objective with the given name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Objective parse(String name) {
      for (Objective objective : values()) {
        if (objective.name().equalsIgnoreCase(name)) {
          return objective;
        }
      }
      throw new IllegalArgumentException(
          "there is no objective " + name + "; use latency or bytes");
    }
  }

  /** Whether another point of {@code all} is no worse in all and better in one of the two. */
  public boolean isDominated(List<SearchPoint> all, Objective objective) {
    double cost = objective.of(this);
    return all.stream()
        .anyMatch(
            p ->
                objective.of(p) <= cost
                    && p.accuracy >= accuracy
                    && (objective.of(p) < cost || p.accuracy > accuracy));
  }
}

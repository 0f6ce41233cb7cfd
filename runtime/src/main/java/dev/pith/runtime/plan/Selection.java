package dev.pith.runtime.plan;

import dev.pith.kernels.Kernel;
import java.util.List;

/**
 * Which kernel solves a problem, and why not the others.
 *
 * @param chosen the kernel; {@code null} where none solves the problem
 * @param candidates all kernels of the family, in order of preference
 * @param reason why {@code chosen}: "first that supports the problem", "fastest measured" …
 */
public record Selection(Kernel<?> chosen, List<Candidate> candidates, String reason) {

  /**
   * One kernel that was looked at.
   *
   * @param name the kernel's name
   * @param refusal why it cannot solve the problem; empty if it can
   * @param nanos measured time of one run, or −1 if it was not measured
   */
  public record Candidate(String name, String refusal, long nanos) {}

  /** No kernel solves the problem. */
  public static Selection none(List<Candidate> candidates) {
    return new Selection(null, candidates, "no kernel supports the problem");
  }

  /** Measured time of one run of the chosen kernel, or −1. */
  public long nanos() {
    return candidates.stream()
        .filter(candidate -> isFound() && candidate.name().equals(chosen.name()))
        .mapToLong(Candidate::nanos)
        .findFirst()
        .orElse(-1);
  }

  /** Whether a kernel was found. */
  public boolean isFound() {
    return chosen != null;
  }
}

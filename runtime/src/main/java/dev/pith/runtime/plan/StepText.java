package dev.pith.runtime.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A step's choice of kernel in words. */
public final class StepText {

  private StepText() {}

  /**
   * A line for the choice, one for the problem, and one for each other kernel: its time, or why it
   * was not chosen.
   */
  public static List<String> lines(Step step) {
    Selection selection = step.selection();
    List<String> lines = new ArrayList<>();
    String time = selection.nanos() < 0 ? "" : " " + micros(selection.nanos());
    lines.add(
        step.node().name()
            + " ("
            + step.node().op().name()
            + "): "
            + selection.chosen().name()
            + time
            + ", "
            + selection.reason());
    lines.add("    " + step.problem());
    for (Selection.Candidate candidate : selection.candidates()) {
      if (candidate.name().equals(selection.chosen().name())) {
        continue;
      }
      String reason =
          !candidate.refusal().isEmpty()
              ? candidate.refusal()
              : candidate.nanos() >= 0 ? "takes " + micros(candidate.nanos()) : "not timed";
      lines.add("    not " + candidate.name() + ": " + reason);
    }
    return lines;
  }

  /** Nanoseconds as microseconds. */
  public static String micros(long nanos) {
    return String.format(Locale.ROOT, nanos < 100_000 ? "%.1f us" : "%.0f us", nanos / 1e3);
  }
}

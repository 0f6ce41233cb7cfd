package dev.pith.bench.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number with its unit, as cells of the tables state it.
 *
 * @param value in the unit's base: bytes, milliseconds, percent, times
 * @param unit {@code B}, {@code ms}, {@code %}, {@code ×}, or nothing
 */
record Quantity(double value, String unit) {

  private static final Pattern NUMBER =
      Pattern.compile("(\\d+(?:\\.\\d+)?)(?: ?(%|KB|MB|B|×|times|ms|s)(?![a-z]))?");

  /** The quantities in a cell, in order. */
  static List<Quantity> in(String cell) {
    List<Quantity> found = new ArrayList<>();
    Matcher matcher = NUMBER.matcher(cell);
    while (matcher.find()) {
      double number = Double.parseDouble(matcher.group(1));
      String unit = matcher.group(2) == null ? "" : matcher.group(2);
      found.add(
          switch (unit) {
            case "KB" -> new Quantity(1e3 * number, "B");
            case "MB" -> new Quantity(1e6 * number, "B");
            case "s" -> new Quantity(1e3 * number, "ms");
            case "times" -> new Quantity(number, "×");
            default -> new Quantity(number, unit);
          });
    }
    return found;
  }

  /**
   * How a measured quantity compares with this published one: empty if it is the same within what
   * such numbers vary by, else a few words. Times depend on the machine: they are never wrong.
   *
   * @param points how far accuracies may be apart, in points
   */
  String compare(Quantity measured, double points) {
    if (!unit.equals(measured.unit)) {
      return "not comparable";
    }
    double ratio = measured.value / value;
    return switch (unit) {
      case "ms" ->
          String.format(
              Locale.ROOT,
              "%.2f× %s here",
              Math.max(ratio, 1 / ratio),
              ratio < 1 ? "faster" : "slower");
      case "B", "×" -> Math.abs(ratio - 1) <= 0.03 ? "" : off("%+.1f %%", 100 * (ratio - 1));
      default ->
          Math.abs(measured.value - value) <= points
              ? ""
              : off("%+.2f points", measured.value - value);
    };
  }

  /** Whether {@link #compare}'s answer is a difference that should not be. */
  static boolean isWrong(String answer) {
    return answer.startsWith("differs") || answer.startsWith("not");
  }

  private static String off(String format, double value) {
    return "differs by " + String.format(Locale.ROOT, format, value);
  }
}

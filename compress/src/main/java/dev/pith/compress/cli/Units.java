package dev.pith.compress.cli;

import java.util.Locale;

/** Numbers for people. */
final class Units {

  private Units() {}

  /** {@code 987 B}, {@code 12.3 KB}, {@code 4.56 MB}: three digits, thousands; "-" below 0. */
  static String bytes(long bytes) {
    if (bytes < 0) {
      return "-";
    }
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    String unit = "";
    for (String next : new String[] {" KB", " MB", " GB", " TB"}) {
      if (value < 999.5) {
        break;
      }
      value /= 1000;
      unit = next;
    }
    return digits(value) + unit;
  }

  /** Three significant digits without exponent. */
  static String digits(double value) {
    double size = Math.abs(value);
    int places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }

  /** {@code 97.31 %}. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", fraction * 100);
  }
}

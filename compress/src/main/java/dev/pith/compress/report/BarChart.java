package dev.pith.compress.report;

import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars from zero, one below the other, each with its name and value.
 *
 * @param title what is compared, with the direction that is better
 * @param bars the bars
 */
public record BarChart(String title, List<Bar> bars) implements Chart {

  private static final int WIDTH = 420;
  private static final int ROW = 46;
  private static final int BAR = 16;

  public BarChart {
    bars = List.copyOf(bars);
  }

  /**
   * A bar.
   *
   * @param name what it stands for
   * @param value its length, 0 or more
   * @param text the value with its unit
   * @param isOurs drawn in the accent colour
   */
  public record Bar(String name, double value, String text, boolean isOurs) {}

  @Override
  public String drawing() {
    double max = bars.stream().mapToDouble(Bar::value).max().orElse(0);
    int height = ROW * bars.size();
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            height,
            HtmlPage.escape(title)));
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double length = max > 0 ? Math.max(2, WIDTH * bar.value() / max) : 2;
      int top = i * ROW;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"0\" y=\"%d\">%s</text><text x=\"%d\" y=\"%d\""
                  + " text-anchor=\"end\">%s</text><rect class=\"%s\" x=\"0\" y=\"%d\""
                  + " width=\"%.1f\" height=\"%d\" rx=\"3\"/>",
              top + 14,
              HtmlPage.escape(bar.name()),
              WIDTH,
              top + 14,
              HtmlPage.escape(bar.text()),
              bar.isOurs() ? "second" : "first",
              top + 21,
              length,
              BAR));
    }
    return svg.append("</svg>").toString();
  }
}

package dev.pith.compress.report;

import java.util.List;
import java.util.Locale;

/**
 * One curve over points in order of x; the y axis is 0 to 100 %.
 *
 * @param title what is shown
 * @param unit what x counts
 * @param points the points, at least one; x rising, y a fraction
 */
public record LineChart(String title, String unit, List<Point> points) {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 240;
  private static final int LEFT = 52;
  private static final int RIGHT = 20;
  private static final int TOP = 12;
  private static final int BOTTOM = 34;

  public LineChart {
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("a curve needs at least one point");
    }
  }

  /**
   * A point.
   *
   * @param x place
   * @param y fraction, 0 to 1
   * @param mark words beside the point; empty for none
   */
  public record Point(double x, double y, String mark) {}

  private double x(double value) {
    double low = points.get(0).x();
    double span = points.get(points.size() - 1).x() - low;
    return LEFT + (span > 0 ? (value - low) / span : 0.5) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double fraction) {
    return TOP + (1 - fraction) * (HEIGHT - TOP - BOTTOM);
  }

  String svg() {
    StringBuilder svg = new StringBuilder("<figure class=\"wide\"><figcaption>");
    svg.append(HtmlPage.escape(title)).append("</figcaption>");
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            HEIGHT,
            HtmlPage.escape(title)));
    for (int percent = 0; percent <= 100; percent += 25) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text"
                  + " class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>",
              LEFT,
              WIDTH - RIGHT,
              y(percent / 100.0),
              y(percent / 100.0),
              LEFT - 8,
              y(percent / 100.0) + 4,
              percent));
    }
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x(point.x()), y(point.y())));
    }
    svg.append("<path class=\"curve\" d=\"").append(path).append("\"/>");
    points.forEach(point -> mark(svg, point));
    ends(svg);
    return svg.append("</svg></figure>\n").toString();
  }

  private void mark(StringBuilder svg, Point point) {
    if (!point.mark().isEmpty()) {
      boolean right = x(point.x()) > WIDTH / 2.0;
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/><text x=\"%.1f\" y=\"%.1f\""
                  + " text-anchor=\"%s\">%s</text>",
              x(point.x()),
              y(point.y()),
              x(point.x()) + (right ? -4 : 8),
              y(point.y()) + 20,
              right ? "end" : "start",
              HtmlPage.escape(point.mark())));
    }
  }

  private void ends(StringBuilder svg) {
    for (Point end : List.of(points.get(0), points.get(points.size() - 1))) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s %.3g</text>",
              x(end.x()),
              HEIGHT - 10,
              end.equals(points.get(0)) ? "start" : "end",
              HtmlPage.escape(unit),
              end.x()));
    }
  }
}

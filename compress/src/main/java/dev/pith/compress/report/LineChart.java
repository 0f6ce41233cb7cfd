package dev.pith.compress.report;

import java.util.List;
import java.util.Locale;

/**
 * Curves over points in order of x; the y axis is 0 to 100 %.
 *
 * @param title what is shown
 * @param unit what x counts
 * @param curves at least one; the last is drawn in the accent colour
 */
public record LineChart(String title, String unit, List<Curve> curves) implements Chart {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 260;
  private static final int LEFT = 52;
  private static final int RIGHT = 20;
  private static final int TOP = 30;
  private static final int BOTTOM = 34;
  private static final int LEGEND = 190;

  public LineChart {
    curves = List.copyOf(curves);
    if (curves.isEmpty()) {
      throw new IllegalArgumentException("a chart needs at least one curve");
    }
  }

  /**
   * One curve.
   *
   * @param name what it shows
   * @param points the points, at least one; x rising, y a fraction
   */
  public record Curve(String name, List<Point> points) {
    public Curve {
      points = List.copyOf(points);
      if (points.isEmpty()) {
        throw new IllegalArgumentException("curve " + name + " needs at least one point");
      }
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

  private double low() {
    return curves.stream().mapToDouble(c -> c.points().get(0).x()).min().orElseThrow();
  }

  private double high() {
    return curves.stream().mapToDouble(c -> c.points().getLast().x()).max().orElseThrow();
  }

  private double x(double value) {
    double span = high() - low();
    return LEFT + (span > 0 ? (value - low()) / span : 0.5) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double fraction) {
    return TOP + (1 - fraction) * (HEIGHT - TOP - BOTTOM);
  }

  @Override
  public String drawing() {
    StringBuilder svg = new StringBuilder();
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
    for (int i = 0; i < curves.size(); i++) {
      curve(svg, curves.get(i), i);
    }
    end(svg, low(), "start");
    end(svg, high(), "end");
    return svg.append("</svg>").toString();
  }

  private void curve(StringBuilder svg, Curve curve, int index) {
    String kind = index == curves.size() - 1 ? "accent" : index == 0 ? "plain" : "plain dashed";
    StringBuilder path = new StringBuilder();
    for (Point point : curve.points()) {
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x(point.x()), y(point.y())));
    }
    int legend = LEFT + LEGEND * index;
    svg.append(
        String.format(
            Locale.ROOT,
            "<path class=\"curve %s\" d=\"%s\"/><path class=\"curve %s\" d=\"M%d 12h24\"/><text"
                + " x=\"%d\" y=\"16\">%s</text>",
            kind,
            path,
            kind,
            legend,
            legend + 30,
            HtmlPage.escape(curve.name())));
    curve.points().forEach(point -> mark(svg, point));
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

  private void end(StringBuilder svg, double value, String anchor) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s %.3g</text>",
            x(value),
            HEIGHT - 10,
            anchor,
            HtmlPage.escape(unit),
            value));
  }
}

package dev.pith.compress.report;

import java.util.List;
import java.util.Locale;

/**
 * Points in a plane: accuracy upwards, a cost on a logarithmic axis to the right. The points that
 * no other beats are joined by a line.
 *
 * @param title what is shown
 * @param points at least one
 */
public record TradeOffChart(String title, List<Point> points) implements Chart {

  private static final int WIDTH = 420;
  private static final int HEIGHT = 300;
  private static final int LEFT = 58;
  private static final int RIGHT = 16;
  private static final int TOP = 14;
  private static final int BOTTOM = 34;
  private static final double LEAST_SPAN = 0.004;

  public TradeOffChart {
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("a chart needs at least one point");
    }
  }

  /**
   * A point.
   *
   * @param cost more than 0; less is better
   * @param text the cost with its unit
   * @param accuracy a fraction
   * @param name shown when the pointer rests on it
   * @param isFront whether no other point is better
   * @param isBest whether it is the one that was chosen
   */
  public record Point(
      double cost, String text, double accuracy, String name, boolean isFront, boolean isBest) {}

  private double low() {
    return points.stream().mapToDouble(Point::accuracy).min().orElseThrow();
  }

  private double span() {
    double high = points.stream().mapToDouble(Point::accuracy).max().orElseThrow();
    return Math.max(high - low(), LEAST_SPAN);
  }

  private double y(double accuracy) {
    return TOP + (1 - (accuracy - low()) / span()) * (HEIGHT - TOP - BOTTOM);
  }

  private double x(double cost) {
    double least = points.stream().mapToDouble(Point::cost).min().orElseThrow();
    double most = points.stream().mapToDouble(Point::cost).max().orElseThrow();
    double part = most > least ? Math.log(cost / least) / Math.log(most / least) : 0.5;
    return LEFT + 10 + part * (WIDTH - LEFT - RIGHT - 20);
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
    for (int i = 0; i <= 4; i++) {
      double accuracy = low() + span() * i / 4;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text"
                  + " class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f %%</text>",
              LEFT,
              WIDTH - RIGHT,
              y(accuracy),
              y(accuracy),
              LEFT - 4,
              y(accuracy) + 4,
              100 * accuracy));
    }
    front(svg);
    points.stream().filter(p -> !p.isBest()).forEach(p -> dot(svg, p));
    points.stream().filter(Point::isBest).forEach(p -> dot(svg, p));
    end(svg, points.stream().min((a, b) -> Double.compare(a.cost(), b.cost())).get(), "start");
    end(svg, points.stream().max((a, b) -> Double.compare(a.cost(), b.cost())).get(), "end");
    return svg.append("</svg>").toString();
  }

  private void front(StringBuilder svg) {
    StringBuilder path = new StringBuilder();
    points.stream()
        .filter(Point::isFront)
        .sorted((a, b) -> Double.compare(a.cost(), b.cost()))
        .forEach(
            p ->
                path.append(
                    String.format(
                        Locale.ROOT,
                        "%s%.1f %.1f",
                        path.isEmpty() ? "M" : "L",
                        x(p.cost()),
                        y(p.accuracy()))));
    if (!path.isEmpty()) {
      svg.append("<path class=\"curve\" d=\"").append(path).append("\"/>");
    }
  }

  private void dot(StringBuilder svg, Point point) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"><title>%s: %s, %.2f"
                + " %%</title></circle>",
            point.isBest() ? "second" : "first",
            x(point.cost()),
            y(point.accuracy()),
            point.isBest() ? 7 : 4,
            HtmlPage.escape(point.name()),
            HtmlPage.escape(point.text()),
            100 * point.accuracy()));
    if (point.isBest()) {
      boolean right = x(point.cost()) > WIDTH / 2.0;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">chosen</text>",
              x(point.cost()) + (right ? -10 : 10),
              y(point.accuracy()) + 18,
              right ? "end" : "start"));
    }
  }

  private void end(StringBuilder svg, Point point, String anchor) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>",
            anchor.equals("start") ? LEFT : WIDTH - RIGHT,
            HEIGHT - 10,
            anchor,
            HtmlPage.escape(point.text())));
  }
}

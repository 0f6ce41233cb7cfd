package dev.pith.compress.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * Points in a plane, each with its name, below limits drawn as broken lines. Axes are logarithmic
 * where asked for.
 *
 * @param title what is shown, with the direction that is better
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param points at least one
 * @param limits may be none
 */
public record ScatterChart(String title, Axis x, Axis y, List<Point> points, List<Limit> limits)
    implements Chart {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 400;
  private static final int LEFT = 64;
  private static final int RIGHT = 20;
  private static final int TOP = 12;
  private static final int BOTTOM = 44;
  private static final int CURVE_STEPS = 160;
  private static final double LABEL_HEIGHT = 15;
  private static final double LETTER_WIDTH = 7;

  public ScatterChart {
    points = List.copyOf(points);
    limits = List.copyOf(limits);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("a chart needs at least one point");
    }
  }

  /**
   * An axis.
   *
   * @param name what it counts, with the unit
   * @param low where it begins; above 0 if logarithmic
   * @param high where it ends
   * @param isLogarithmic whether equal distances are equal ratios
   */
  public record Axis(String name, double low, double high, boolean isLogarithmic) {

    public Axis {
      if (!(high > low) || isLogarithmic && !(low > 0)) {
        throw new IllegalArgumentException("axis " + name + " from " + low + " to " + high);
      }
    }

    double share(double value) {
      return isLogarithmic
          ? Math.log(value / low) / Math.log(high / low)
          : (value - low) / (high - low);
    }

    double at(double share) {
      return isLogarithmic ? low * Math.pow(high / low, share) : low + share * (high - low);
    }

    /** Round numbers between the ends: 1, 2, 5 times powers of ten, or about six even steps. */
    private double[] ticks() {
      if (!isLogarithmic) {
        double step = Math.pow(10, Math.floor(Math.log10((high - low) / 3)));
        while ((high - low) / step > 8) {
          step *= 2;
        }
        int first = (int) Math.ceil(low / step);
        int last = (int) Math.floor(high / step);
        double[] ticks = new double[last - first + 1];
        for (int i = 0; i < ticks.length; i++) {
          ticks[i] = (first + i) * step;
        }
        return ticks;
      }
      boolean many = high / low > 2000;
      return java.util.stream.IntStream.rangeClosed(-6, 12)
          .boxed()
          .flatMap(
              p -> (many ? List.of(1) : List.of(1, 2, 5)).stream().map(d -> d * Math.pow(10, p)))
          .mapToDouble(Double::doubleValue)
          .filter(value -> value >= low * 0.999 && value <= high * 1.001)
          .toArray();
    }
  }

  /**
   * A point.
   *
   * @param x place
   * @param y height
   * @param name words beside it
   * @param isOurs drawn in the accent colour
   */
  public record Point(double x, double y, String name, boolean isOurs) {}

  /**
   * A curve that points cannot pass.
   *
   * @param name words at its right end
   * @param curve y for each x
   */
  public record Limit(String name, DoubleUnaryOperator curve) {}

  private double left(double value) {
    return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private double top(double value) {
    return TOP + (1 - y.share(value)) * (HEIGHT - TOP - BOTTOM);
  }

  @Override
  public String drawing() {
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
        WIDTH,
        HEIGHT,
        HtmlPage.escape(title));
    grid(svg);
    limits.forEach(limit -> limit(svg, limit));
    List<Box> taken = new ArrayList<>();
    points.forEach(point -> taken.add(Box.around(left(point.x()), top(point.y()))));
    points.forEach(point -> point(svg, point, taken));
    return svg.append("</svg>").toString();
  }

  private void grid(StringBuilder svg) {
    for (double tick : y.ticks()) {
      add(
          svg,
          "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"soft\""
              + " x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT,
          WIDTH - RIGHT,
          top(tick),
          top(tick),
          LEFT - 8,
          top(tick) + 4,
          number(tick));
    }
    for (double tick : x.ticks()) {
      add(
          svg,
          "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/><text class=\"soft\""
              + " x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          left(tick),
          left(tick),
          TOP,
          HEIGHT - BOTTOM,
          left(tick),
          HEIGHT - BOTTOM + 16,
          number(tick));
    }
    add(
        svg,
        "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text><text class=\"soft\""
            + " x=\"%d\" y=\"%d\">%s</text>",
        WIDTH - RIGHT,
        HEIGHT - 6,
        HtmlPage.escape(x.name()),
        LEFT + 6,
        TOP + 12,
        HtmlPage.escape(y.name()));
  }

  private void limit(StringBuilder svg, Limit limit) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i <= CURVE_STEPS; i++) {
      double place = x.at((double) i / CURVE_STEPS);
      double height = limit.curve().applyAsDouble(place);
      if (height >= y.low() && height <= y.high()) {
        add(path, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", left(place), top(height));
      }
    }
    double end = Math.min(y.high(), limit.curve().applyAsDouble(x.high()));
    add(
        svg,
        "<path class=\"roof\" d=\"%s\"/><text class=\"soft\" x=\"%d\" y=\"%.1f\""
            + " text-anchor=\"end\">%s</text>",
        path,
        WIDTH - RIGHT - 4,
        top(end) - 6,
        HtmlPage.escape(limit.name()));
  }

  /** Where something is drawn. */
  private record Box(double left, double top, double right, double bottom) {

    static Box around(double x, double y) {
      return new Box(x - 6, y - 6, x + 6, y + 6);
    }

    boolean isInside() {
      return left >= LEFT && right <= WIDTH - RIGHT / 2 && top >= 0 && bottom <= HEIGHT - BOTTOM;
    }

    boolean meets(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  /** Draws a point; its name stands beside it where it covers no point and no other name. */
  private void point(StringBuilder svg, Point point, List<Box> taken) {
    double px = left(point.x());
    double py = top(point.y());
    double width = LETTER_WIDTH * point.name().length();
    Box box = place(px, py, width, taken);
    taken.add(box);
    boolean isLeft = box.right() < px;
    add(
        svg,
        "<circle class=\"dot%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/><text class=\"name\" x=\"%.1f\""
            + " y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        point.isOurs() ? "" : " first",
        px,
        py,
        isLeft ? box.right() : box.left(),
        box.bottom() - 3,
        isLeft ? "end" : "start",
        HtmlPage.escape(point.name()));
  }

  /** The first free place to the right or left, level with the point, then above and below it. */
  private static Box place(double px, double py, double width, List<Box> taken) {
    boolean leftFirst = px > WIDTH * 0.62;
    for (double shift = 0; shift < HEIGHT; shift += LABEL_HEIGHT / 3) {
      for (double label : new double[] {py + 4 - shift, py + 4 + shift}) {
        for (boolean isLeft : new boolean[] {leftFirst, !leftFirst}) {
          double from = isLeft ? px - 9 - width : px + 9;
          Box box = new Box(from, label - 11, from + width, label + 3);
          if (box.isInside() && taken.stream().noneMatch(box::meets)) {
            return box;
          }
        }
      }
    }
    double from = leftFirst ? px - 9 - width : px + 9;
    return new Box(from, py - 7, from + width, py + 7);
  }

  private static String number(double value) {
    return value >= 1e6
        ? String.format(Locale.ROOT, "%.0fM", value / 1e6)
        : value >= 1e4
            ? String.format(Locale.ROOT, "%.0fk", value / 1e3)
            : String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}

package dev.pith.compress.report;

/** A drawing in SVG: part of a page, or a file of its own. */
public sealed interface Chart permits BarChart, LineChart, ScatterChart, TradeOffChart {

  /** What is shown. */
  String title();

  /** The drawing as an {@code svg} element that takes colours and fonts from the page. */
  String drawing();

  /**
   * The drawing as a file of its own with its title above, light or dark as the reader prefers, for
   * Markdown pages.
   */
  default String file() {
    String svg = drawing();
    int box = svg.indexOf("viewBox=\"0 0 ") + "viewBox=\"0 0 ".length();
    String[] extents = svg.substring(box, svg.indexOf('"', box)).split(" ", -1);
    int width = Integer.parseInt(extents[0]);
    int height = Integer.parseInt(extents[1]);
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="-14 -38 %d %d" width="%d">
    <style>
    %s
    </style>
    <rect class="page" x="-14" y="-38" width="100%%" height="100%%" rx="8"/>
    <text class="soft" x="0" y="-14">%s</text>
    %s
    </svg>
    """
        .formatted(
            width + 28,
            height + 52,
            width + 28,
            HtmlPage.DRAWING_STYLE,
            HtmlPage.escape(title()),
            svg.substring(svg.indexOf('>') + 1, svg.lastIndexOf("</svg>")));
  }
}

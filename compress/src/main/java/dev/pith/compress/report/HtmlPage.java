package dev.pith.compress.report;

import java.util.List;
import java.util.Set;

/**
 * An HTML page in one file, without scripts or anything from a network: light or dark as the reader
 * prefers, for narrow and wide windows. Parts appear in the order they are added. Not thread-safe.
 */
public final class HtmlPage {

  private static final String COLOURS =
      """
      :root{color-scheme:light dark;--page:#fcfcfb;--card:#ffffff;--text:#1b1b1a;--soft:#5f5e5a;
      --line:#e2e1dc;--first:#8a8a85;--second:#0b6e99;--good:#187a3d;--bad:#b3261e}
      @media (prefers-color-scheme:dark){:root{--page:#161615;--card:#1f1f1d;--text:#ecebe7;
      --soft:#a5a49e;--line:#383733;--first:#8f8e88;--second:#58b4dc;--good:#6cc788;--bad:#f2877e}}
      """;

  private static final String CHART_STYLE =
      """
      svg text{fill:var(--text);font:13px system-ui,-apple-system,"Segoe UI",Roboto,
      "DejaVu Sans",sans-serif}
      svg .soft{fill:var(--soft)}
      svg .axis{stroke:var(--line)}
      svg .first{fill:var(--first)} svg .second{fill:var(--second)}
      svg .curve{fill:none;stroke:var(--second);stroke-width:2}
      svg .roof{fill:none;stroke:var(--first);stroke-width:1.5;stroke-dasharray:5 4}
      svg .name{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
      svg .dot{fill:var(--second)} svg .dot.first{fill:var(--first)}
      svg .page{fill:var(--card);stroke:var(--line)}
      """;

  /** Colours and fonts of drawings that stand in files of their own. */
  static final String DRAWING_STYLE = COLOURS + CHART_STYLE;

  private static final String STYLE =
      """
      *{box-sizing:border-box}
      body{margin:0;background:var(--page);color:var(--text);
      font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
      main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}
      h1{font-size:1.7rem;line-height:1.2;margin:0 0 .5rem}
      h2{font-size:1.15rem;margin:2.25rem 0 .75rem}
      p{margin:.5rem 0;max-width:44rem}
      .soft,figcaption,th{color:var(--soft)}
      .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.75rem;
      margin:1.25rem 0}
      .card,figure{background:var(--card);border:1px solid var(--line);border-radius:.6rem;
      padding:.9rem 1rem;margin:0}
      .card b{display:block;font-size:1.6rem;line-height:1.25;font-variant-numeric:tabular-nums}
      .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));
      gap:.75rem} .charts svg{max-width:32rem}
      figcaption{font-size:.9rem;margin:0 0 .5rem}
      figure.wide{margin-top:.75rem;overflow-x:auto;
      background:linear-gradient(to left,var(--card),var(--card)) right/1.25rem 100% no-repeat local,
      linear-gradient(to left,var(--line),transparent) right/1.25rem 100% no-repeat scroll,var(--card)}
      figure.wide svg{min-width:34rem}
      svg{display:block;width:100%;height:auto}
      .scroll{overflow-x:auto;margin-top:.75rem;
      background:linear-gradient(to left,var(--page),var(--page)) right/1.25rem 100% no-repeat local,
      linear-gradient(to left,var(--line),transparent) right/1.25rem 100% no-repeat scroll}
      .scroll th:first-child,.scroll td:first-child{position:sticky;left:0;background:var(--page)}
      @media (max-width:40rem){.scroll td:first-child{white-space:normal;overflow-wrap:anywhere;
      min-width:9.5rem}}
      table{border-collapse:collapse;width:100%;font-size:.92rem;
      font-variant-numeric:tabular-nums}
      th{font-weight:500;text-align:left}
      th,td{padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);
      white-space:nowrap}
      td.number,th.number{text-align:right}
      td.words{white-space:normal;overflow-wrap:break-word}
      .samples{display:grid;grid-template-columns:repeat(auto-fill,minmax(5.6rem,1fr));gap:.6rem}
      .sample{text-align:center;font-size:.85rem}
      .sample img{width:100%;image-rendering:pixelated;border-radius:.3rem;display:block}
      .bad{color:var(--bad)} .good{color:var(--good)}
      code{font-size:.9em}
      """;

  private final StringBuilder body = new StringBuilder();
  private final String title;

  /**
   * An empty page.
   *
   * @param title title and first heading
   * @param lead what the page is about, a sentence or two
   */
  public HtmlPage(String title, String lead) {
    this.title = title;
    body.append("<h1>").append(escape(title)).append("</h1>\n");
    paragraph(lead);
  }

  /** Text with the characters that mean something to HTML replaced. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Adds a heading. */
  public HtmlPage heading(String text) {
    body.append("<h2>").append(escape(text)).append("</h2>\n");
    return this;
  }

  /** Adds a paragraph. */
  public HtmlPage paragraph(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
    return this;
  }

  /**
   * A number that matters.
   *
   * @param value the number with its unit
   * @param meaning what it says
   */
  public record Card(String value, String meaning) {}

  /** Adds numbers side by side. */
  public HtmlPage cards(List<Card> cards) {
    body.append("<div class=\"cards\">\n");
    for (Card card : cards) {
      body.append("<div class=\"card\"><b>")
          .append(escape(card.value()))
          .append("</b><span class=\"soft\">")
          .append(escape(card.meaning()))
          .append("</span></div>\n");
    }
    body.append("</div>\n");
    return this;
  }

  /** Adds charts side by side where there is room. */
  public HtmlPage charts(List<? extends Chart> charts) {
    body.append("<div class=\"charts\">\n");
    charts.forEach(chart -> figure(chart, ""));
    body.append("</div>\n");
    return this;
  }

  /** Adds a chart over the whole width. */
  public HtmlPage chart(Chart chart) {
    figure(chart, " class=\"wide\"");
    return this;
  }

  private void figure(Chart chart, String attributes) {
    body.append("<figure")
        .append(attributes)
        .append("><figcaption>")
        .append(escape(chart.title()))
        .append("</figcaption>")
        .append(chart.drawing())
        .append("</figure>\n");
  }

  /** Adds a table of numbers: all columns but the first are set to the right. */
  public HtmlPage table(List<String> titles, List<List<String>> rows) {
    return table(titles, rows, Set.of());
  }

  /**
   * Adds a table; all columns but the first and those of words are set to the right.
   *
   * @param titles column titles
   * @param rows cells, as many as titles
   * @param words columns, from 0, whose cells are words: set to the left, in lines where they are
   *     long
   */
  public HtmlPage table(List<String> titles, List<List<String>> rows, Set<Integer> words) {
    body.append("<div class=\"scroll\"><table><thead>");
    row("th", titles, words);
    body.append("</thead><tbody>\n");
    rows.forEach(row -> row("td", row, words));
    body.append("</tbody></table></div>\n");
    return this;
  }

  private void row(String tag, List<String> cells, Set<Integer> words) {
    body.append("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      body.append('<')
          .append(tag)
          .append(i == 0 ? ">" : words.contains(i) ? " class=\"words\">" : " class=\"number\">")
          .append(escape(cells.get(i)))
          .append("</")
          .append(tag)
          .append('>');
    }
    body.append("</tr>\n");
  }

  /**
   * An image with words below.
   *
   * @param png the image as a PNG file in base 64
   * @param text what it shows
   * @param remark what was made of it
   * @param isGood whether the remark is set as good or as bad
   */
  public record Sample(String png, String text, String remark, boolean isGood) {}

  /** Adds images in rows. */
  public HtmlPage samples(List<Sample> samples) {
    body.append("<div class=\"samples\">\n");
    for (Sample sample : samples) {
      body.append("<div class=\"sample\"><img alt=\"")
          .append(escape(sample.text()))
          .append("\" src=\"data:image/png;base64,")
          .append(sample.png())
          .append("\">")
          .append(escape(sample.text()))
          .append("<br><span class=\"")
          .append(sample.isGood() ? "good" : "bad")
          .append("\">")
          .append(escape(sample.remark()))
          .append("</span></div>\n");
    }
    body.append("</div>\n");
    return this;
  }

  /** The whole page. */
  public String html() {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
        + escape(title)
        + "</title>\n<style>\n"
        + COLOURS
        + STYLE
        + CHART_STYLE
        + "</style>\n</head>\n<body>\n<main>\n"
        + body
        + "</main>\n</body>\n</html>\n";
  }
}

package dev.pith.compress.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class HtmlPageTest {

  private static String page() {
    return new HtmlPage("A & B", "<script>alert(1)</script>")
        .cards(List.of(new HtmlPage.Card("3×", "smaller \"file\"")))
        .charts(
            List.of(
                new BarChart(
                    "Size < 9",
                    List.of(
                        new BarChart.Bar("dense", 100, "100 B", false),
                        new BarChart.Bar("none", 0, "0 B", true)))))
        .chart(
            new LineChart(
                "Curve",
                "epoch",
                List.of(
                    new LineChart.Curve("one", List.of(new LineChart.Point(1, 0.5, ""))),
                    new LineChart.Curve(
                        "two & more",
                        List.of(
                            new LineChart.Point(0, 0.1, ""), new LineChart.Point(2, 0.9, "end"))))))
        .table(List.of("a", "b"), List.of(List.of("1", "2")))
        .samples(List.of(new HtmlPage.Sample("AAAA", "is 3", "read 8", false)))
        .html();
  }

  @Test
  void textIsEscapedAndNothingIsLoaded() {
    String html = page();
    assertFalse(html.contains("<script"), html);
    assertTrue(html.contains("&lt;script&gt;") && html.contains("A &amp; B"), html);
    assertFalse(html.contains("http://") || html.contains("https://"), html);
    assertTrue(html.contains("prefers-color-scheme:dark"), html);
  }

  @Test
  void chartsAreWellFormed() throws Exception {
    String html = page();
    int count = 0;
    for (int at = html.indexOf("<svg"); at >= 0; at = html.indexOf("<svg", at + 1)) {
      String svg = html.substring(at, html.indexOf("</svg>", at) + 6);
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
      assertFalse(svg.contains("NaN"), svg);
      count++;
    }
    assertTrue(count == 2, "charts: " + count);
  }
}

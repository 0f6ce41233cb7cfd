package dev.pith.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pith.bench.model.Networks;
import dev.pith.bench.report.NetworkResult.Form;
import dev.pith.bench.report.ReportPage.Named;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.measure.Percentiles;
import dev.pith.compress.measure.Roofline;
import dev.pith.compress.measure.Speedup;
import dev.pith.compress.measure.Timing;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {

  private static Form form(String title, boolean ours, double millis) {
    Timing timing =
        new Timing(
            new Timing.WarmUp(3, 1, 1, true),
            new Percentiles(millis, millis, millis, 2 * millis, 3 * millis),
            List.of(millis, millis),
            10,
            1);
    Measurement m =
        new Measurement(
            "x",
            ours ? "pith" : "ort",
            "cpu",
            1,
            2,
            timing,
            1000 / millis,
            9,
            1000,
            ours ? 500 : -1,
            20,
            64,
            -1);
    return new Form(title, ours, m, new Speedup(2, 1.9, 2.1));
  }

  private static ReportPage page(List<AccuracyPoint> accuracies) {
    return new ReportPage(
        "a <machine>",
        new Roofline(25, 50, 10),
        List.of(
            new NetworkResult(
                Networks.RESNET50,
                1,
                List.of(
                    form("ONNX Runtime, fp32", false, 8),
                    form("ONNX Runtime, int8", false, 4),
                    form("Pith, int8", true, 2)))),
        List.of(
            new LayerPoint("i8/conv/c128/o128/h28/k3/dense", "Pith", true, 90, 40, 40, 3),
            new LayerPoint("i8/linear/m1/k9/n9/dense", "ONNX Runtime", true, 1, 5, 5, 2)),
        accuracies);
  }

  private static void assertIsXml(String text) throws Exception {
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void thePageStandsAlone() throws Exception {
    AccuracyPoint point = new AccuracyPoint("net, int8", true, 1000, 0.7, 100);
    AccuracyPoint other = new AccuracyPoint("net, fp32", false, 4000, 0.71, 100);
    String html = page(List.of(point, other)).html(List.of("noise & more"));
    assertTrue(html.contains("a &lt;machine&gt;") && html.contains("noise &amp; more"), html);
    assertTrue(html.contains("1.9–2.1× faster"), html);
    assertTrue(html.contains("80 %"), "conv does 40 of the 50 that the roofline allows");
    assertFalse(html.contains("http") || html.contains("<script"), "needs no network");
    assertIsXml(html.replaceFirst("<!DOCTYPE html>", "").replaceAll("<meta[^>]*>", ""));
    assertTrue(page(List.of()).html(List.of()).contains("Not measured"));
  }

  @Test
  void chartsAreFilesOfTheirOwn() throws Exception {
    List<Named> charts = page(List.of()).charts();
    assertEquals(
        List.of(
            "resnet50-b1-t2-latency",
            "resnet50-b1-t2-throughput",
            "resnet50-b1-t2-memory",
            "roofline-int8"),
        charts.stream().map(Named::name).toList());
    for (Named chart : charts) {
      assertIsXml(chart.chart().file());
    }
  }

  @Test
  void numbersAreInTheDocument() throws Exception {
    JsonNode json = new ObjectMapper().readTree(ReportJson.text(page(List.of()), List.of("w")));
    assertEquals(50, json.get("peaks_per_core").get("int8_gmacs").asDouble());
    assertEquals(3, json.get("networks").size());
    assertEquals(-1, json.get("networks").get(0).get("resident_weight_bytes").asLong());
    assertEquals(10, json.get("layers").get(1).get("roofline_gmacs").asDouble());
    assertEquals("w", json.get("warnings").get(0).asText());
  }

  @Test
  void whatIsMeasuredIsKeptInWholeFilesBeforeTheRest(@TempDir Path folder) throws Exception {
    ReportPage whole = page(List.of());
    ReportPage begun =
        new ReportPage("x", whole.roofline(), whole.networks(), List.of(), List.of());
    ReportFiles files = new ReportFiles(folder.resolve("made"));
    files.write(begun, List.of());
    String first = Files.readString(files.page());
    assertTrue(first.contains("Not measured yet") && first.contains("Pith, int8"), first);
    assertFalse(Files.exists(folder.resolve("made/roofline-int8.svg")));
    files.write(whole, List.of());
    assertFalse(Files.readString(files.page()).contains("Not measured yet"));
    assertTrue(Files.exists(folder.resolve("made/roofline-int8.svg")));
    try (Stream<Path> all = Files.list(folder.resolve("made"))) {
      assertTrue(all.noneMatch(file -> file.toString().endsWith(".part")));
    }
  }
}

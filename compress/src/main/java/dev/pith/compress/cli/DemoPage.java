package dev.pith.compress.cli;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.report.BarChart;
import dev.pith.compress.report.HtmlPage;
import dev.pith.compress.report.LineChart;
import dev.pith.compress.report.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The demo's report as an HTML page. */
final class DemoPage {

  private static final int SAMPLES = 24;

  private DemoPage() {}

  static String html(DemoResult result, Dataset test) throws IOException {
    DemoResult.Side dense = result.dense();
    DemoResult.Side small = result.compressed();
    Measurement run = small.single();
    HtmlPage page =
        new HtmlPage(
            "Pith demo: glyphs, dense and compressed",
            "A small convolutional network learned to read drawn letters and digits. The same"
                + " network learned once more for as long, from a wider one that reads "
                + Units.percent(result.teacher().accuracy())
                + ", while blocks of its weights were removed and the rest became 8-bit integers."
                + " Both files were run the same way, on "
                + run.device()
                + " with "
                + run.threads()
                + (run.threads() == 1 ? " thread." : " threads."));
    page.cards(
        List.of(
            new HtmlPage.Card(
                times((double) dense.single().fileBytes(), (double) run.fileBytes()),
                "smaller file"),
            new HtmlPage.Card(
                Units.percent(small.evaluation().accuracy()),
                String.format(
                    Locale.ROOT,
                    "right on %d glyphs it never saw; dense %s",
                    small.evaluation().samples(),
                    Units.percent(dense.evaluation().accuracy()))),
            new HtmlPage.Card(
                times(dense.single().latency().p50(), run.latency().p50()),
                "median latency of dense over compressed"),
            new HtmlPage.Card(
                times(
                    (double) dense.single().residentWeightBytes(),
                    (double) run.residentWeightBytes()),
                "less memory for weights while running")));
    page.heading("Side by side");
    page.charts(
        List.of(
            bars("File, bytes (less is better)", result, s -> s.single().fileBytes(), true),
            bars(
                "Weights while running, in every form (less is better)",
                result,
                s -> s.single().residentWeightBytes(),
                true),
            bars(
                "Median latency of one image, microseconds (less is better)",
                result,
                s -> 1000 * s.single().latency().p50(),
                false),
            bars(
                "Images a second in batches of " + small.batched().batch() + " (more is better)",
                result,
                s -> s.batched().throughput(),
                false)));
    page.heading("All numbers");
    page.table(List.of("", "Dense fp32", "Compressed"), numbers(dense, small));
    page.heading("On each device");
    page.table(
        List.of("Device, file", "Accuracy", "Latency p50", "Latency p99", "Images/s, batch 32"),
        devices(result));
    page.heading("Learning");
    page.chart(
        new LineChart(
            "Share of this epoch's training glyphs read rightly so far", "epoch", result.curves()));
    page.heading("Layers of the compressed file");
    page.table(
        List.of("Layer", "Operation", "Layout", "Type", "Shape", "Density", "Bits/weight", "Bytes"),
        result.layers().stream().map(Layers.Layer::cells).toList());
    page.heading("Some test glyphs, and what each network read");
    page.samples(samples(result, test));
    return page.html();
  }

  private static String times(double larger, double smaller) {
    return smaller > 0 ? Units.digits(larger / smaller) + "×" : "-";
  }

  private static BarChart bars(
      String title, DemoResult result, ToDoubleFunction<DemoResult.Side> value, boolean bytes) {
    List<BarChart.Bar> bars = new ArrayList<>();
    for (boolean isSmall : new boolean[] {false, true}) {
      double length = value.applyAsDouble(isSmall ? result.compressed() : result.dense());
      bars.add(
          new BarChart.Bar(
              isSmall ? "compressed" : "dense fp32",
              length,
              bytes ? Units.bytes((long) length) : Units.digits(length),
              isSmall));
    }
    return new BarChart(title, bars);
  }

  private static List<List<String>> numbers(DemoResult.Side dense, DemoResult.Side small) {
    List<List<String>> rows = new ArrayList<>();
    row(rows, "Accuracy", dense, small, s -> Units.percent(s.evaluation().accuracy()));
    row(
        rows,
        "95 % interval",
        dense,
        small,
        s ->
            Units.percent(s.evaluation().interval().low())
                + " – "
                + Units.percent(s.evaluation().interval().high()));
    row(rows, "File", dense, small, s -> s.single().fileBytes() + " B");
    row(
        rows,
        "Weights while running",
        dense,
        small,
        s -> Units.bytes(s.single().residentWeightBytes()));
    row(rows, "Workspace", dense, small, s -> Units.bytes(s.single().workspaceBytes()));
    row(
        rows,
        "First result",
        dense,
        small,
        s -> Units.digits(s.single().firstResultMillis()) + " ms");
    row(rows, "Latency p50", dense, small, s -> micros(s.single().latency().p50()));
    row(rows, "Latency p95", dense, small, s -> micros(s.single().latency().p95()));
    row(rows, "Latency p99", dense, small, s -> micros(s.single().latency().p99()));
    row(rows, "Latency p99.9", dense, small, s -> micros(s.single().latency().p999()));
    row(
        rows,
        "Images a second, batch " + dense.batched().batch(),
        dense,
        small,
        s -> Units.digits(s.batched().throughput()));
    return rows;
  }

  private static void row(
      List<List<String>> rows,
      String name,
      DemoResult.Side dense,
      DemoResult.Side small,
      java.util.function.Function<DemoResult.Side, String> text) {
    rows.add(List.of(name, text.apply(dense), text.apply(small)));
  }

  private static List<List<String>> devices(DemoResult result) {
    List<List<String>> rows = new ArrayList<>();
    for (DemoResult.OnDevice device : result.devices()) {
      rows.add(device(device.name() + ", dense fp32", device.dense()));
      rows.add(device(device.name() + ", compressed", device.compressed()));
    }
    return rows;
  }

  private static List<String> device(String name, DemoResult.Side side) {
    return List.of(
        name,
        Units.percent(side.evaluation().accuracy()),
        micros(side.single().latency().p50()),
        micros(side.single().latency().p99()),
        Units.digits(side.batched().throughput()));
  }

  private static String micros(double millis) {
    return Units.digits(1000 * millis) + " µs";
  }

  private static List<HtmlPage.Sample> samples(DemoResult result, Dataset test) throws IOException {
    List<HtmlPage.Sample> samples = new ArrayList<>();
    for (int i = 0; i < Math.min(SAMPLES, test.size()); i++) {
      int label = test.label(i);
      int one = result.dense().evaluation().predictions().get(i);
      int two = result.compressed().evaluation().predictions().get(i);
      String read = test.classNames().get(one) + " · " + test.classNames().get(two);
      samples.add(
          new HtmlPage.Sample(
              Picture.png(
                  test.sample(i).toFloats(), test.shape().dimInt(1), test.shape().dimInt(2)),
              "is " + test.classNames().get(label),
              "read " + read,
              one == label && two == label));
    }
    return samples;
  }
}

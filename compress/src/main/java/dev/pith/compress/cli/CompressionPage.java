package dev.pith.compress.cli;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.report.BarChart;
import dev.pith.compress.report.HtmlPage;
import dev.pith.compress.report.Picture;
import dev.pith.compress.search.CompressionSearch;
import dev.pith.compress.search.SearchPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The report of {@code pith compress} as an HTML page.
 *
 * @param name of the model
 * @param device both ran on
 * @param dense speed and memory of the network as it was
 * @param small the same of the compressed file
 * @param before accuracy as it was; {@code null} without data
 * @param after accuracy of the compressed file; {@code null} without data
 * @param data what accuracy was measured on; {@code null} for none
 * @param layers layers of the compressed file
 * @param errors how far weights moved, by layer name
 * @param search what a search tried; {@code null} for none
 * @param objective what the search made small
 */
record CompressionPage(
    String name,
    String device,
    Measurement dense,
    Measurement small,
    Evaluation before,
    Evaluation after,
    Dataset data,
    List<Layers.Layer> layers,
    Map<String, Double> errors,
    CompressionSearch.Result search,
    SearchPoint.Objective objective) {

  private static final int SAMPLES = 36;

  String html() throws IOException {
    HtmlPage page =
        new HtmlPage(
            "Pith: " + name + ", dense and compressed",
            "Both were run the same way on "
                + device
                + ", one sample a run, "
                + small.threads()
                + (small.threads() == 1 ? " thread." : " threads."));
    page.cards(cards());
    page.heading("Side by side");
    page.charts(bars());
    page.heading("All numbers");
    page.table(List.of("", "Dense fp32", "Compressed"), numbers());
    if (search != null) {
      new SearchSection(search, objective).add(page);
    }
    if (before != null) {
      page.heading("Classes");
      page.table(
          List.of("Class", "Samples", "Dense right", "Compressed right", "Change"), classes());
    }
    page.heading("Layers of the compressed file");
    page.paragraph(
        "Error: how far the weights of a layer moved, relative to their size, up to a scale for"
            + " each output channel.");
    page.table(
        List.of(
            "Layer",
            "Operation",
            "Layout",
            "Type",
            "Shape",
            "Density",
            "Bits/weight",
            "Bytes",
            "Error"),
        layers.stream().map(this::layer).toList(),
        Set.of(1, 2, 3, 4));
    if (before != null) {
      flipped(page);
    }
    return page.html();
  }

  private List<HtmlPage.Card> cards() {
    List<HtmlPage.Card> cards = new ArrayList<>();
    cards.add(
        new HtmlPage.Card(
            times((double) dense.fileBytes(), (double) small.fileBytes()), "smaller file"));
    if (after != null) {
      cards.add(
          new HtmlPage.Card(
              Units.percent(after.accuracy()),
              String.format(
                  Locale.ROOT,
                  "right on %d samples; dense %s",
                  after.samples(),
                  Units.percent(before.accuracy()))));
    }
    cards.add(
        new HtmlPage.Card(
            times(dense.latency().p50(), small.latency().p50()),
            "median latency of dense over compressed"));
    cards.add(
        new HtmlPage.Card(
            times((double) dense.residentWeightBytes(), (double) small.residentWeightBytes()),
            "less memory for weights while running"));
    return cards;
  }

  private static String times(double larger, double smaller) {
    return smaller > 0 ? Units.digits(larger / smaller) + "×" : "-";
  }

  private List<BarChart> bars() {
    return List.of(
        bars("File (less is better)", (double) dense.fileBytes(), (double) small.fileBytes(), true),
        bars(
            "Weights while running, in every form (less is better)",
            (double) dense.residentWeightBytes(),
            (double) small.residentWeightBytes(),
            true),
        bars(
            "Median latency, microseconds (less is better)",
            1000 * dense.latency().p50(),
            1000 * small.latency().p50(),
            false));
  }

  private static BarChart bars(String title, double dense, double small, boolean bytes) {
    return new BarChart(
        title,
        List.of(
            new BarChart.Bar("dense fp32", dense, text(dense, bytes), false),
            new BarChart.Bar("compressed", small, text(small, bytes), true)));
  }

  private static String text(double value, boolean bytes) {
    return bytes ? Units.bytes((long) value) : Units.digits(value);
  }

  private List<List<String>> numbers() {
    List<List<String>> rows = new ArrayList<>();
    if (before != null) {
      rows.add(
          List.of("Accuracy", Units.percent(before.accuracy()), Units.percent(after.accuracy())));
      rows.add(List.of("95 % interval", interval(before), interval(after)));
    }
    rows.add(List.of("File", dense.fileBytes() + " B", small.fileBytes() + " B"));
    rows.add(
        List.of(
            "Weights while running",
            Units.bytes(dense.residentWeightBytes()),
            Units.bytes(small.residentWeightBytes())));
    rows.add(
        List.of(
            "Workspace", Units.bytes(dense.workspaceBytes()), Units.bytes(small.workspaceBytes())));
    rows.add(latency("Latency p50", dense.latency().p50(), small.latency().p50()));
    rows.add(latency("Latency p95", dense.latency().p95(), small.latency().p95()));
    rows.add(latency("Latency p99", dense.latency().p99(), small.latency().p99()));
    rows.add(latency("First result", dense.firstResultMillis(), small.firstResultMillis()));
    return rows;
  }

  private static String interval(Evaluation evaluation) {
    return Units.percent(evaluation.interval().low())
        + " – "
        + Units.percent(evaluation.interval().high());
  }

  private static List<String> latency(String name, double dense, double small) {
    return List.of(name, time(dense), time(small));
  }

  private static String time(double millis) {
    return millis < 1 ? Units.digits(1000 * millis) + " µs" : Units.digits(millis) + " ms";
  }

  private String className(int index) {
    List<String> names = data.classNames();
    return index < names.size() ? names.get(index) : Integer.toString(index);
  }

  /** Classes of the labels, those that lost most first. */
  private List<List<String>> classes() {
    int[] samples = new int[before.classes()];
    int[] one = new int[before.classes()];
    int[] two = new int[before.classes()];
    for (int i = 0; i < before.samples(); i++) {
      int label = before.labels().get(i);
      samples[label]++;
      one[label] += before.predictions().get(i) == label ? 1 : 0;
      two[label] += after.predictions().get(i) == label ? 1 : 0;
    }
    List<Integer> order = new ArrayList<>();
    for (int c = 0; c < samples.length; c++) {
      if (samples[c] > 0) {
        order.add(c);
      }
    }
    order.sort(
        (a, b) ->
            Double.compare(
                (two[a] - one[a]) / (double) samples[a], (two[b] - one[b]) / (double) samples[b]));
    List<List<String>> rows = new ArrayList<>();
    for (int c : order) {
      double count = samples[c];
      rows.add(
          List.of(
              className(c),
              Integer.toString(samples[c]),
              Units.percent(one[c] / count),
              Units.percent(two[c] / count),
              String.format(Locale.ROOT, "%+.2f points", 100 * (two[c] - one[c]) / count)));
    }
    return rows;
  }

  private List<String> layer(Layers.Layer layer) {
    Double error = errors.get(layer.name());
    List<String> cells = new ArrayList<>(layer.cells());
    cells.add(error == null ? "-" : Units.percent(error));
    return cells;
  }

  private void flipped(HtmlPage page) throws IOException {
    Difference difference = Difference.of(before, after);
    page.heading("Samples that are classified differently");
    page.paragraph(
        difference.different().size()
            + " of "
            + after.samples()
            + "; "
            + difference.onlyFirst()
            + " were right before, "
            + difference.onlySecond()
            + " are right now.");
    if (!Picture.isPicture(data.shape().dims())) {
      return;
    }
    List<HtmlPage.Sample> samples = new ArrayList<>();
    for (int i : difference.examples(SAMPLES)) {
      int label = after.labels().get(i);
      int now = after.predictions().get(i);
      samples.add(
          new HtmlPage.Sample(
              Picture.png(
                  data.sample(i).toFloats(), data.shape().dimInt(1), data.shape().dimInt(2)),
              "is " + className(label),
              className(before.predictions().get(i)) + " → " + className(now),
              now == label));
    }
    page.samples(samples);
  }
}

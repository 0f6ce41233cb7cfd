package dev.pith.bench.report;

import dev.pith.bench.report.NetworkResult.Form;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.measure.Roofline;
import dev.pith.compress.measure.Speedup;
import dev.pith.compress.report.BarChart;
import dev.pith.compress.report.BarChart.Bar;
import dev.pith.compress.report.Chart;
import dev.pith.compress.report.HtmlPage;
import dev.pith.compress.report.ScatterChart;
import dev.pith.compress.report.ScatterChart.Axis;
import dev.pith.compress.report.ScatterChart.Limit;
import dev.pith.compress.report.ScatterChart.Point;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a report shows.
 *
 * @param machine what was measured, in a sentence
 * @param roofline the most that one core can do
 * @param networks whole networks
 * @param layers layers under the roofline
 * @param accuracies accuracy against size; empty without real data
 */
record ReportPage(
    String machine,
    Roofline roofline,
    List<NetworkResult> networks,
    List<LayerPoint> layers,
    List<AccuracyPoint> accuracies) {

  /** A chart and the name of its file. */
  record Named(String name, Chart chart) {}

  /** All charts, for files of their own. */
  List<Named> charts() {
    List<Named> charts = new ArrayList<>();
    for (NetworkResult result : networks) {
      String name =
          result.network().name().toLowerCase(Locale.ROOT).replace('_', '-')
              + "-b"
              + result.batch()
              + "-t"
              + result.forms().get(0).measurement().threads();
      List<BarChart> bars = bars(result);
      charts.add(new Named(name + "-latency", bars.get(0)));
      charts.add(new Named(name + "-throughput", bars.get(1)));
      charts.add(new Named(name + "-memory", bars.get(2)));
    }
    if (layers.stream().anyMatch(LayerPoint::isInt8)) {
      charts.add(new Named("roofline-int8", rooflineChart(true)));
    }
    if (layers.stream().anyMatch(point -> !point.isInt8())) {
      charts.add(new Named("roofline-fp32", rooflineChart(false)));
    }
    if (!accuracies.isEmpty()) {
      charts.add(new Named("accuracy", accuracyChart()));
    }
    return charts;
  }

  String html(Collection<String> doubts) {
    HtmlPage page =
        new HtmlPage(
            "Pith beside ONNX Runtime",
            "Whole networks, dense and compressed, run in turns in one process; medians after"
                + " warm-up. "
                + machine
                + ".");
    page.cards(
        List.of(
            new HtmlPage.Card(digits(roofline.int8Rate()), "exact int8 GMAC/s, one core at most"),
            new HtmlPage.Card(digits(roofline.floatRate()), "fp32 GMAC/s, one core at most"),
            new HtmlPage.Card(digits(roofline.copyRate()), "GB/s read and written by a copy")));
    for (String doubt : doubts) {
      page.paragraph("Doubtful: " + doubt + ".");
    }
    for (NetworkResult result : networks) {
      page.heading(result.title());
      page.charts(bars(result));
      page.table(
          List.of(
              "form",
              "p50 ms",
              "p99",
              "p99.9",
              "per s",
              "first ms",
              "file",
              "weights",
              "heap/run",
              "than ORT int8"),
          result.forms().stream().map(ReportPage::row).toList());
    }
    layers(page);
    page.heading("Accuracy against size");
    if (accuracies.isEmpty()) {
      page.paragraph("Not measured: it needs real data (--data).");
    } else {
      page.paragraph(
          "Compressed without training; top-1 on the first "
              + accuracies.get(0).samples()
              + " CIFAR-10 test images.");
      page.chart(accuracyChart());
    }
    return page.html();
  }

  private void layers(HtmlPage page) {
    page.heading("Layers under the roofline, one thread");
    if (layers.isEmpty()) {
      page.paragraph("Not measured yet.");
      return;
    }
    page.paragraph(
        "A layer can be no faster than the core's multiply-adds (flat line) nor than memory brings"
            + " its operands (slope, where they come from beyond the caches: layers whose operands"
            + " stay in a cache lie above it). Zeros are not counted as work here. The int8 line is"
            + " of exact arithmetic: where processors lack dot products, ONNX Runtime's saturating"
            + " products may pass it.");
    if (layers.stream().anyMatch(LayerPoint::isInt8)) {
      page.chart(rooflineChart(true));
    }
    if (layers.stream().anyMatch(point -> !point.isInt8())) {
      page.chart(rooflineChart(false));
    }
    page.table(
        List.of("layer", "engine", "ms", "GMAC/s done", "GMAC/s dense", "share of roofline"),
        layers.stream().map(this::row).toList());
  }

  private static List<BarChart> bars(NetworkResult result) {
    return List.of(
        bars(result, "Latency p50, ms (less is better)", m -> m.latency().p50(), ""),
        bars(result, "Throughput, samples/s (more is better)", Measurement::throughput, ""),
        bars(
            result,
            "Weights in memory, MB (less is better)",
            m -> m.residentWeightBytes() / 1e6,
            " MB"));
  }

  private static BarChart bars(
      NetworkResult result, String title, ToDoubleFunction<Measurement> value, String unit) {
    List<Bar> bars = new ArrayList<>();
    for (Form form : result.forms()) {
      double length = value.applyAsDouble(form.measurement());
      if (length >= 0) {
        bars.add(new Bar(form.title(), length, digits(length) + unit, form.isOurs()));
      }
    }
    return new BarChart(title, bars);
  }

  private static List<String> row(Form form) {
    Measurement m = form.measurement();
    return List.of(
        form.title(),
        digits(m.latency().p50()),
        digits(m.latency().p99()),
        digits(m.latency().p999()),
        digits(m.throughput()),
        digits(m.firstResultMillis()),
        megabytes(m.fileBytes()),
        megabytes(m.residentWeightBytes()),
        m.allocatedBytes() < 0 ? "-" : digits(m.allocatedBytes() / 1e3) + " KB",
        m.engine().equals("ort") && form.speedup().low() == form.speedup().high()
            ? ""
            : form.speedup().outcome() == Speedup.Outcome.UNDECIDED
                ? "undecided"
                : form.speedup().verdict());
  }

  private List<String> row(LayerPoint point) {
    return List.of(
        point.spec(),
        point.engine(),
        digits(point.millis()),
        digits(point.rate()),
        digits(point.denseRate()),
        String.format(Locale.ROOT, "%.0f %%", 100 * point.rate() / bound(point)));
  }

  /** The most that this layer could reach, in billions of multiply-adds a second. */
  double bound(LayerPoint point) {
    return roofline.bound(point.isInt8(), point.intensity());
  }

  private ScatterChart rooflineChart(boolean int8) {
    List<Point> points = new ArrayList<>();
    double low = Double.MAX_VALUE;
    double high = 0;
    double least = Double.MAX_VALUE;
    double most = 0;
    for (LayerPoint point : layers) {
      if (point.isInt8() == int8) {
        boolean ours = point.engine().equals("Pith");
        String name = point.spec().substring(point.spec().indexOf('/') + 1);
        points.add(new Point(point.intensity(), point.rate(), ours ? name : "ORT " + name, ours));
        low = Math.min(low, point.intensity());
        high = Math.max(high, point.intensity());
        least = Math.min(least, point.rate());
        most = Math.max(most, point.rate());
      }
    }
    double peak = int8 ? roofline.int8Rate() : roofline.floatRate();
    double top = 2 * (Double.isNaN(peak) ? most : Math.max(most, peak));
    return new ScatterChart(
        (int8 ? "int8" : "fp32") + " layers: multiply-adds done (higher is better)",
        new Axis("multiply-adds for a byte moved", low / 2, high * 2, true),
        new Axis("GMAC/s", least / 2, top, true),
        points,
        Double.isNaN(peak)
            ? List.of()
            : List.of(new Limit("roofline of one core", x -> roofline.bound(int8, x))));
  }

  private ScatterChart accuracyChart() {
    double largest = accuracies.stream().mapToLong(AccuracyPoint::bytes).max().orElse(1) / 1e3;
    double smallest = accuracies.stream().mapToLong(AccuracyPoint::bytes).min().orElse(1) / 1e3;
    double best = accuracies.stream().mapToDouble(AccuracyPoint::top1).max().orElse(1);
    double worst = accuracies.stream().mapToDouble(AccuracyPoint::top1).min().orElse(0);
    return new ScatterChart(
        "Top-1 accuracy against size (up and left is better)",
        new Axis("KB", smallest / 1.5, largest * 1.5, true),
        new Axis("top-1, %", Math.floor(100 * worst) - 3, Math.ceil(100 * best) + 3, false),
        accuracies.stream()
            .map(p -> new Point(p.bytes() / 1e3, 100 * p.top1(), p.title(), p.isCompressed()))
            .toList(),
        List.of());
  }

  private static String megabytes(long bytes) {
    return bytes < 0 ? "-" : digits(bytes / 1e6) + " MB";
  }

  private static String digits(double value) {
    double size = Math.abs(value);
    int places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }
}

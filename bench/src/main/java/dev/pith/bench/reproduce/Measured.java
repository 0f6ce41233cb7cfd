package dev.pith.bench.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pith.bench.reproduce.Published.Network;
import dev.pith.bench.reproduce.Published.Row;
import dev.pith.bench.reproduce.Published.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures cells of the tables again and writes them as the README does. Not thread-safe. */
final class Measured {

  private final Published published;
  private final Path data;
  private final Path folder;
  private final int limit;
  private boolean demoIsDone;

  /**
   * A place to measure.
   *
   * @param data folder of real data; {@code null} where there is none
   * @param folder for files that are made on the way
   * @param limit test images where a table says nothing; 0 for all
   */
  Measured(Published published, Path data, Path folder, int limit) {
    this.published = published;
    this.data = data;
    this.folder = folder;
    this.limit = limit;
  }

  /** The cell as measured here; {@code null} where it cannot be, for want of data. */
  String cell(Table table, Row row, int column) throws IOException {
    if (table.name().equals("demo")) {
      return demo(row.variants().get(0), column == 0 ? "dense.pith" : "compressed.pith");
    }
    Network network = published.networks().get(table.columns().get(column));
    if (network == null || data == null) {
      return null;
    }
    if (table.name().equals("compression")) {
      return compression(network, row.variants().get(0), tests(table));
    }
    List<String> accuracies = new ArrayList<>();
    for (String variant : row.variants()) {
      Compressed compressed = Compressed.measure(network, variant, data, folder, tests(table));
      accuracies.add(format("%.1f", 100 * compressed.top1()));
    }
    return String.join(row.cells().get(0).contains("→") ? " → " : " / ", accuracies);
  }

  /** How far accuracies of as many images may be apart: an interval of 95 %, twice over. */
  double points(Table table) {
    int images = tests(table) > 0 ? tests(table) : 4000;
    return table.name().equals("demo") ? 2 : Math.max(1.5, 1.96 * 100 * Math.sqrt(0.42 / images));
  }

  private int tests(Table table) {
    return limit > 0 ? limit : table.limit();
  }

  private String demo(String what, String file) throws IOException {
    Path made = folder.resolve("demo");
    if (!demoIsDone) {
      CommandLine.run(List.of("demo", "--out", made.toString()));
      demoIsDone = true;
    }
    String path = made.resolve(file).toString();
    if (what.equals("accuracy")) {
      JsonNode result = CommandLine.json(List.of("eval", path, "--data", "glyphs:test", "--json"));
      return format("%.2f %%", 100 * result.get("results").get(0).get("top1").asDouble());
    }
    if (what.equals("file")) {
      return bytes(Files.size(Path.of(path)));
    }
    JsonNode bench =
        CommandLine.json(List.of("bench", path, "--threads", "2", "--json")).get("results").get(0);
    return switch (what) {
      case "weights" -> bytes(bench.get("resident_weight_bytes").asLong());
      case "latency" -> format("%.3f ms", bench.get("latency_ms").get("p50").asDouble());
      default -> throw new IllegalArgumentException("the demo has no " + what);
    };
  }

  private String compression(Network network, String arguments, int tests) throws IOException {
    Compressed compressed = Compressed.measure(network, arguments, data, folder, tests);
    int photos = network.photos().size();
    String accuracy = format(", %.1f %%", 100 * compressed.top1());
    if (photos > 0) {
      accuracy = ", " + Math.round(photos * compressed.top1()) + " of " + photos;
      // its own weights are half as long
      accuracy = arguments.isEmpty() ? " (fp32)" + accuracy : accuracy;
    }
    return arguments.isEmpty()
        ? bytes(compressed.denseBytes()) + accuracy
        : bytes(compressed.fileBytes()) + format(", %.1f×", compressed.ratio()) + accuracy;
  }

  private static String bytes(long bytes) {
    double value = bytes < 999_500 ? bytes / 1e3 : bytes / 1e6;
    int places = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return format("%." + places + "f ", value) + (bytes < 999_500 ? "KB" : "MB");
  }

  private static String format(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }
}

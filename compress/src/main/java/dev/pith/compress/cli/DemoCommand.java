package dev.pith.compress.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pith demo}: the whole path on generated data. */
@Command(
    name = "demo",
    description =
        "Trains, distils, prunes and quantizes a small network on generated glyphs; compares.",
    footer = {
      "",
      "Writes dense.pith, compressed.pith and report.html. Takes up to three minutes on two cores.",
      "Examples:",
      "  pith demo",
      "  pith demo --out my-demo --seed 7"
    })
final class DemoCommand extends CliCommand {

  private static final int MAX_FOLDERS = 1000;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the files (default: a new folder pith-demo).")
  private Path out;

  @Option(names = "--seed", paramLabel = "N", description = "Of data and weights (default: 1).")
  private long seed = 1;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Of each network (default: 3); fewer is quicker and worse.")
  private double epochs = 3;

  @Option(
      names = "--glyphs",
      paramLabel = "N",
      description = "Training images (default: 12000); a fifth as many are for the test.")
  private int glyphs = 12_000;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long each speed is measured (default: 1).")
  private double seconds = 1;

  @Option(names = "--force", description = "Replace files in DIR.")
  private boolean force;

  @Override
  int run() throws IOException {
    if (glyphs < 100 || !(epochs > 0)) {
      throw new IllegalArgumentException(
          "--glyphs is "
              + glyphs
              + " and --epochs "
              + epochs
              + "; at least 100, and more than 0, are needed");
    }
    Path folder = out == null ? newFolder() : out;
    boolean made = !Files.exists(folder);
    Files.createDirectories(folder);
    boolean complete = false;
    try {
      long start = System.nanoTime();
      DemoResult result = new Demo(this, folder, force, seed, epochs, glyphs, seconds).run();
      show(result, (System.nanoTime() - start) / 1e9);
      complete = true;
    } finally {
      if (made && !complete) {
        Unfinished.remove(folder);
      }
    }
    return Failures.DONE;
  }

  private static Path newFolder() {
    for (int i = 1; i < MAX_FOLDERS; i++) {
      Path folder = Path.of(i == 1 ? "pith-demo" : "pith-demo-" + i);
      if (!Files.exists(folder)) {
        return folder;
      }
    }
    throw new IllegalArgumentException("pith-demo and many more exist already; give --out DIR");
  }

  private void show(DemoResult result, double seconds) {
    DemoResult.Side dense = result.dense();
    DemoResult.Side small = result.compressed();
    Table table = new Table("", "DENSE FP32", "COMPRESSED", "RATIO");
    table.row(
        "accuracy (" + dense.evaluation().samples() + " glyphs)",
        Units.percent(dense.evaluation().accuracy()),
        Units.percent(small.evaluation().accuracy()),
        String.format(
            Locale.ROOT,
            "%+.2f points",
            100 * (small.evaluation().accuracy() - dense.evaluation().accuracy())));
    row(table, "file", dense.single().fileBytes(), small.single().fileBytes());
    row(
        table,
        "weights while running",
        dense.single().residentWeightBytes(),
        small.single().residentWeightBytes());
    row(table, "workspace", dense.single().workspaceBytes(), small.single().workspaceBytes());
    table.row(
        "latency p50",
        Units.digits(1000 * dense.single().latency().p50()) + " us",
        Units.digits(1000 * small.single().latency().p50()) + " us",
        times(dense.single().latency().p50(), small.single().latency().p50()));
    table.row(
        "latency p99",
        Units.digits(1000 * dense.single().latency().p99()) + " us",
        Units.digits(1000 * small.single().latency().p99()) + " us",
        times(dense.single().latency().p99(), small.single().latency().p99()));
    table.row(
        "images/s, batch " + dense.batched().batch(),
        Units.digits(dense.batched().throughput()),
        Units.digits(small.batched().throughput()),
        times(small.batched().throughput(), dense.batched().throughput()));
    print("");
    print(table);
    print("");
    print(devices(result));
    print("");
    print(
        "the teacher reads "
            + Units.percent(result.teacher().accuracy())
            + "; dense and compressed had the same first weights and the same number of epochs");
    print(Units.digits(seconds) + " s in all");
    for (Path file : List.of(result.densePath(), result.compressedPath(), result.reportPath())) {
      print("wrote " + file);
    }
  }

  private static Table devices(DemoResult result) {
    Table table = new Table("DEVICE", "FILE", "ACCURACY", "P50", "P99", "IMAGES/S");
    for (DemoResult.OnDevice device : result.devices()) {
      row(table, device.name(), "dense", device.dense());
      row(table, device.name(), "compressed", device.compressed());
    }
    return table;
  }

  private static void row(Table table, String device, String file, DemoResult.Side side) {
    table.row(
        device + " (" + side.single().threads() + " threads)",
        file,
        Units.percent(side.evaluation().accuracy()),
        Units.digits(1000 * side.single().latency().p50()) + " us",
        Units.digits(1000 * side.single().latency().p99()) + " us",
        Units.digits(side.batched().throughput()));
  }

  private static void row(Table table, String name, long dense, long small) {
    table.row(name, Units.bytes(dense), Units.bytes(small), times((double) dense, (double) small));
  }

  private static String times(double larger, double smaller) {
    return smaller > 0 ? Units.digits(larger / smaller) + "x" : "-";
  }
}

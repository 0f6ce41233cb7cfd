package dev.pith.bench.table;

import dev.pith.bench.model.ModelFile;
import dev.pith.bench.model.Networks;
import dev.pith.bench.model.Variant;
import dev.pith.compress.measure.Interleaved;
import dev.pith.compress.measure.Speedup;
import dev.pith.compress.measure.Timing;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The part of the table about opening a model: from the file to the first result, in a process that
 * has opened models before; {@code LoadBenchmark} measures processes that have not.
 */
final class OpeningRows {

  private static final double HALF = 2;
  private static final int ROUNDS = 5;

  private final boolean quick;
  private final Path data;
  private final PrintStream out;

  OpeningRows(boolean quick, Path data, PrintStream out) {
    this.quick = quick;
    this.data = data;
    this.out = out;
  }

  /** Prints the rows; false if a promise is not kept. */
  boolean print() throws IOException {
    out.println(
        "| open and first result, 1 thread | Pith ms | ORT ms | faster than ORT | promised"
            + " | verdict |");
    out.println("|---|--:|--:|--:|--:|---|");
    boolean met = true;
    for (Networks network : List.of(Networks.RESNET50, Networks.CIFAR_RESNET)) {
      if (network.isAvailable(data)) {
        met &= print(network);
      }
    }
    return met;
  }

  private boolean print(Networks network) throws IOException {
    try (ModelFile ours = ModelFile.pith(network, Variant.SPARSE_80, data, false);
        ModelFile theirs = ModelFile.ort(network, Variant.DENSE_INT8, data, false)) {
      List<Timing> timings =
          new Interleaved(quick ? 1 : 3, quick ? 0.5 : 2, ROUNDS)
              .measure(List.of(() -> ours.openAndRun(1), () -> theirs.openAndRun(1)));
      Verdict verdict = new Verdict(Speedup.of(timings.get(0), timings.get(1)), HALF);
      out.printf(
          Locale.ROOT,
          "| %s, int8 2x4 80 %% / int8 | %.1f | %.1f | %s | %s | %s |%n",
          network.name().toLowerCase(Locale.ROOT),
          timings.get(0).median(),
          timings.get(1).median(),
          verdict.measured(),
          verdict.promised(),
          verdict.text());
      return verdict.isMet();
    }
  }
}

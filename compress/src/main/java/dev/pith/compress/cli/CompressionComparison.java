package dev.pith.compress.cli;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.compress.measure.PithEngine;
import dev.pith.compress.search.CompressionSearch;
import dev.pith.compress.search.SearchPoint;
import dev.pith.runtime.Model;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Measures a network as it was and as it became, in turns, for a report.
 *
 * @param in the source, for its name
 * @param out the compressed file
 * @param options where to measure
 */
record CompressionComparison(Path in, Path out, SessionOptions options) {

  private static final double SECONDS = 1;

  /**
   * The report.
   *
   * @param graph the network as it was
   * @param before its accuracy; {@code null} without data, as {@code after} and {@code data} then
   * @param search what a search tried; {@code null} for none
   * @param objective of the search
   */
  String page(
      Graph graph,
      Evaluation before,
      Evaluation after,
      Dataset data,
      CompressionSearch.Result search,
      String objective)
      throws IOException {
    Path folder = Files.createTempDirectory("pith-report");
    try {
      Path dense = folder.resolve("dense.pith");
      PithFile.pack(dense, graph, Provenance.NONE);
      PithEngine engine = new PithEngine();
      List<Measurement> measured =
          new Benchmark(options.device(), 1, options.threads(), SECONDS, Map.of())
              .measure(
                  List.of(
                      new Benchmark.Contender(engine, dense), new Benchmark.Contender(engine, out)))
              .measurements();
      try (Model small = ModelFiles.load(out)) {
        return new CompressionPage(
                in.getFileName().toString(),
                measured.get(1).device(),
                measured.get(0),
                measured.get(1),
                before,
                after,
                data,
                Layers.of(small.graph()),
                LayerErrors.of(graph, small.graph()),
                search,
                objective == null ? null : SearchPoint.Objective.parse(objective))
            .html();
      }
    } finally {
      Unfinished.remove(folder);
    }
  }
}

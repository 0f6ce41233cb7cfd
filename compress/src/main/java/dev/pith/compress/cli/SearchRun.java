package dev.pith.compress.cli;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.evaluate.Evaluator;
import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.compress.measure.PithEngine;
import dev.pith.compress.search.Candidate;
import dev.pith.compress.search.CompressionSearch;
import dev.pith.compress.search.SearchPoint;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Measures what a search tries by writing each as a file, and keeps the best one in its place at
 * once, so that an interrupted search leaves what it had found.
 */
final class SearchRun implements CompressionSearch.Meter {

  private static final double SECONDS = 0.2;

  private final OutputFile target;
  private final Provenance provenance;
  private final Dataset labelled;
  private final int samples;
  private final SessionOptions options;
  private boolean kept;
  private Graph best;

  /**
   * Measurements for a search.
   *
   * @param target where the best is kept
   * @param labelled samples to measure accuracy on
   * @param samples how many of them
   */
  SearchRun(
      OutputFile target,
      Provenance provenance,
      Dataset labelled,
      int samples,
      SessionOptions options) {
    this.target = target;
    this.provenance = provenance;
    this.labelled = labelled;
    this.samples = samples;
    this.options = options;
  }

  /** The graph of the best file; {@code null} if nothing was within the allowed drop. */
  Graph best() {
    return best;
  }

  @Override
  public SearchPoint measure(Candidate candidate, Graph graph) {
    try {
      Path folder = Files.createTempDirectory("pith-search");
      try {
        Path file = folder.resolve("tried.pith");
        PithFile.write(file, graph, provenance);
        double accuracy;
        try (Model model = ModelFiles.load(file);
            Session session = model.newSession(options)) {
          accuracy =
              Evaluator.evaluate(model.graph(), session, labelled, samples, done -> {}).accuracy();
        }
        Benchmark benchmark =
            new Benchmark(options.device(), 1, options.threads(), SECONDS, Map.of());
        double millis = benchmark.measure(new PithEngine(), file).latency().p50();
        return new SearchPoint(candidate, accuracy, Files.size(file), millis);
      } finally {
        Unfinished.remove(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void best(SearchPoint point, Graph graph) {
    best = graph;
    try {
      (kept ? target.replacing() : target)
          .write(beside -> PithFile.write(beside, graph, provenance));
      kept = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

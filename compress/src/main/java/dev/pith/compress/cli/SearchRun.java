package dev.pith.compress.cli;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.evaluate.Evaluator;
import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.Benchmark.Contender;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.compress.measure.PithEngine;
import dev.pith.compress.measure.Speedup;
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
import java.util.List;
import java.util.Map;

/**
 * Measures what a search tries by writing each as a file, and keeps the best one in its place at
 * once, so that an interrupted search leaves what it had found.
 */
final class SearchRun implements CompressionSearch.Meter, AutoCloseable {

  private static final double SECONDS = 0.2;

  private final OutputFile target;
  private final Provenance provenance;
  private final Dataset labelled;
  private final int samples;
  private final SessionOptions options;
  private final boolean inTurns;
  private final Path folder;

  /** The first that was measured. */
  private final Path original;

  private double originalMillis = Double.NaN;
  private boolean kept;
  private Graph best;

  /**
   * Measurements for a search.
   *
   * @param target where the best is kept
   * @param labelled samples to measure accuracy on
   * @param samples how many of them
   * @param inTurns whether times decide, so that files take turns with the original
   */
  SearchRun(
      OutputFile target,
      Provenance provenance,
      Dataset labelled,
      int samples,
      SessionOptions options,
      boolean inTurns)
      throws IOException {
    this.target = target;
    this.provenance = provenance;
    this.labelled = labelled;
    this.samples = samples;
    this.options = options;
    this.inTurns = inTurns;
    this.folder = target.workFolder();
    this.original = folder.resolve("original.pith");
  }

  /** The graph of the best file; {@code null} if nothing was within the allowed drop. */
  Graph best() {
    return best;
  }

  @Override
  public SearchPoint measure(Candidate candidate, Graph graph) {
    boolean isOriginal = Double.isNaN(originalMillis);
    Path file = isOriginal ? original : folder.resolve("tried.pith");
    try {
      PithFile.write(file, graph, provenance);
      double accuracy;
      try (Model model = ModelFiles.load(file);
          Session session = model.newSession(options)) {
        accuracy =
            Evaluator.evaluate(model.graph(), session, labelled, samples, done -> {}).accuracy();
      }
      double millis = millis(file, isOriginal);
      originalMillis = isOriginal ? millis : originalMillis;
      return new SearchPoint(candidate, accuracy, Files.size(file), millis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Time of a run. In turns with the original it is the original's by the ratio of both, so that
   * files compare that were measured at different times.
   */
  private double millis(Path file, boolean isOriginal) throws IOException {
    Benchmark benchmark = new Benchmark(options.device(), 1, options.threads(), SECONDS, Map.of());
    if (isOriginal || !inTurns) {
      return benchmark.measure(new PithEngine(), file).latency().p50();
    }
    List<Measurement> both =
        benchmark
            .measure(
                List.of(
                    new Contender(new PithEngine(), file),
                    new Contender(new PithEngine(), original)))
            .measurements();
    return originalMillis / Speedup.of(both.get(0).timing(), both.get(1).timing()).ratio();
  }

  @Override
  public void best(SearchPoint point, Graph graph) {
    best = graph;
    try {
      (kept ? target.replacing() : target)
          .write(beside -> PithFile.write(beside, graph, provenance));
      kept = true;
      Unfinished.keeps("the best found so far is in the file");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Unfinished.remove(folder);
  }
}

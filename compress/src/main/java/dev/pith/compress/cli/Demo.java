package dev.pith.compress.cli;

import dev.pith.compress.Compression;
import dev.pith.compress.Recipe;
import dev.pith.compress.data.DataSpec;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.Preprocess;
import dev.pith.compress.data.Split;
import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.evaluate.Evaluator;
import dev.pith.compress.evaluate.Feed;
import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.compress.measure.PithEngine;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.report.LineChart;
import dev.pith.compress.train.Networks;
import dev.pith.compress.train.PruneSchedule;
import dev.pith.compress.train.ScheduledPruning;
import dev.pith.compress.train.Technique;
import dev.pith.compress.train.TrainSettings;
import dev.pith.compress.train.Trainer;
import dev.pith.runtime.GoldenRun;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The steps of the demo: draw glyphs, train a small convolutional network, go on training while
 * weights are pruned, quantize, write, verify, and measure both files in the same way.
 */
final class Demo {

  private static final String PRUNE = "block2x4:0.75";
  private static final String SETTINGS = "scale=1/255&mean=0.4&std=0.3";
  private static final int CALIBRATION = 512;
  private static final int TRAIN_BATCH = 32;
  private static final int BATCH = 32;
  private static final double SECONDS = 1.5;

  private final CliCommand command;
  private final OutputFile dense;
  private final OutputFile compressed;
  private final OutputFile report;
  private final Path folder;
  private final long seed;
  private final double epochs;
  private final int glyphs;
  private final List<LineChart.Point> curve = new ArrayList<>();

  Demo(CliCommand command, Path folder, boolean force, long seed, double epochs, int glyphs) {
    this.command = command;
    this.folder = folder;
    this.seed = seed;
    this.epochs = epochs;
    this.glyphs = glyphs;
    this.dense = OutputFile.of(folder.resolve("dense.pith"), force);
    this.compressed = OutputFile.of(folder.resolve("compressed.pith"), force);
    this.report = OutputFile.of(folder.resolve("report.html"), force);
  }

  DemoResult run() throws IOException {
    Dataset train = data("train", glyphs);
    Dataset test = data("test", glyphs / 5);
    say("1/5 " + train.size() + " glyphs of " + train.classNames().size() + " classes to learn");

    Graph fresh = Networks.GLYPHS_CNN.create(train.shape(), train.classNames().size(), seed);
    Trainer.Result trained = train("2/5 training", fresh, train, 0.7 * epochs);
    double more = 0.3 * epochs;
    Technique pruning =
        new ScheduledPruning(
            PruneSpec.parse(PRUNE),
            PruneSchedule.cubic(0, more / 2, 8),
            ScheduledPruning.Importance.MAGNITUDE);
    Trainer.Result pruned = train("3/5 pruning", trained.graph(), train, more, pruning);
    Graph denseGraph = Pipeline.standard().run(trained.graph());

    Recipe recipe =
        Recipe.parse(
            "calibrate: \"glyphs:train?count="
                + glyphs
                + "&seed="
                + seed
                + "\"\nsamples: "
                + CALIBRATION
                + "\nquantize: int8\nseed: "
                + seed
                + "\n");
    Graph sparse = Pipeline.standard().run(pruned.graph());
    Graph small =
        new Compression(recipe, SessionOptions.defaults())
            .run(sparse, new Feed(sparse, train).runs(recipe.samples()), null, line -> {})
            .graph();
    say("4/5 quantized to int8");

    Path densePath = folder.resolve("dense.pith");
    Path smallPath = folder.resolve("compressed.pith");
    dense.write(beside -> PithFile.write(beside, denseGraph, provenance("")));
    compressed.write(
        beside ->
            PithFile.write(
                beside, small, provenance(recipe.text() + "# pruned while training: " + PRUNE)));
    DemoResult.Side denseSide = measure(densePath, test);
    DemoResult.Side smallSide = measure(smallPath, test);
    say("5/5 verified, run and measured");

    List<Layers.Layer> layers;
    try (Model model = ModelFiles.load(smallPath)) {
      layers = Layers.of(model.graph());
    }
    Path reportPath = folder.resolve("report.html");
    DemoResult result =
        new DemoResult(denseSide, smallSide, curve, layers, densePath, smallPath, reportPath);
    String html = DemoPage.html(result, test);
    report.write(beside -> Files.writeString(beside, html));
    return result;
  }

  private Dataset data(String part, int count) throws IOException {
    return DataSpec.parse("glyphs:" + part + "?count=" + count + "&seed=" + seed + "&" + SETTINGS)
        .open(Split.TEST, Preprocess.NONE);
  }

  private Provenance provenance(String recipe) {
    return new Provenance(
        PithCommand.Version.tool(),
        recipe,
        "",
        seed,
        Map.of(OpenModel.PREPROCESS, Preprocess.parse(SETTINGS).toString()));
  }

  private Trainer.Result train(
      String name, Graph graph, Dataset data, double length, Technique... techniques)
      throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    TrainSettings settings =
        TrainSettings.adam(length, TRAIN_BATCH, techniques.length == 0 ? 3e-3 : 1.5e-3)
            .withThreads(Math.min(threads, 8))
            .withSeed(seed);
    double before = curve.isEmpty() ? 0 : curve.get(curve.size() - 1).x();
    long start = System.nanoTime();
    Trainer.Result result;
    try (Progress bar =
        Progress.start(
            command.terminal(), name, (long) Math.ceil(length * data.size() / TRAIN_BATCH))) {
      result =
          new Trainer(settings, techniques)
              .train(
                  graph,
                  data,
                  null,
                  step -> {
                    bar.at(step.step());
                    if (step.step() % 10 == 0 || step.step() == step.steps()) {
                      curve.add(new LineChart.Point(before + step.epoch(), step.accuracy(), ""));
                    }
                  });
    }
    LineChart.Point last = curve.remove(curve.size() - 1);
    curve.add(
        new LineChart.Point(last.x(), last.y(), techniques.length == 0 ? "trained" : "pruned"));
    say(
        String.format(
            Locale.ROOT,
            "%s: %.1f epochs, %.0f s, %.2f %% of the last glyphs right",
            name,
            length,
            (System.nanoTime() - start) / 1e9,
            100 * last.y()));
    return result;
  }

  private DemoResult.Side measure(Path file, Dataset test) throws IOException {
    Evaluation evaluation;
    try (Model model = ModelFiles.load(file);
        Session session = model.newSession(SessionOptions.defaults())) {
      List<String> wrong = GoldenRun.check(model, session);
      if (!wrong.isEmpty()) {
        throw new CheckFailedException(file + ": " + String.join("; ", wrong));
      }
      evaluation = Evaluator.evaluate(model.graph(), session, test, test.size(), done -> {});
    }
    PithEngine engine = new PithEngine();
    return new DemoResult.Side(
        evaluation,
        new Benchmark(null, 1, 0, SECONDS, Map.of()).measure(engine, file),
        new Benchmark(null, BATCH, 0, SECONDS, Map.of()).measure(engine, file));
  }

  private void say(String line) {
    command.note(line);
  }
}

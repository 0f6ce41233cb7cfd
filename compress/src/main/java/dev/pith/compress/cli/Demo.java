package dev.pith.compress.cli;

import dev.pith.compress.data.DataSpec;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.Preprocess;
import dev.pith.compress.data.Split;
import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.evaluate.Evaluator;
import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.compress.measure.PithEngine;
import dev.pith.compress.pass.Pipeline;
import dev.pith.runtime.Backends;
import dev.pith.runtime.GoldenRun;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.Backend;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The steps of the demo: draw glyphs, train a teacher and a dense network, distil the teacher into
 * a network that is pruned and quantized on the way, write, verify, and measure both files in the
 * same way on every device there is.
 */
final class Demo {

  private static final String SETTINGS = "scale=1/255&mean=0.4&std=0.3";
  private static final int BATCH = 32;
  private static final String CPU = "cpu";

  private final CliCommand command;
  private final OutputFile dense;
  private final OutputFile compressed;
  private final OutputFile report;
  private final Path folder;
  private final long seed;
  private final double epochs;
  private final int glyphs;
  private final double seconds;

  Demo(
      CliCommand command,
      Path folder,
      boolean force,
      long seed,
      double epochs,
      int glyphs,
      double seconds) {
    this.command = command;
    this.seconds = seconds;
    this.folder = folder;
    this.seed = seed;
    this.epochs = epochs;
    this.glyphs = glyphs;
    this.dense = OutputFile.of(folder.resolve("dense.pith"), force);
    this.compressed = OutputFile.of(folder.resolve("compressed.pith"), force);
    this.report = OutputFile.of(folder.resolve("report.html"), force);
  }

  DemoResult run() throws IOException {
    String learn = samples("train", glyphs);
    Dataset train = data(learn);
    Dataset test = data(samples("test", glyphs / 5));
    command.note(
        "1/6 " + train.size() + " glyphs of " + train.classNames().size() + " classes to learn");
    DemoTraining training = new DemoTraining(command, train, learn, seed, epochs);
    DemoTraining.Trained trained = training.run();

    Path densePath = folder.resolve("dense.pith");
    Path smallPath = folder.resolve("compressed.pith");
    Graph denseGraph = Pipeline.standard().run(trained.dense());
    dense.write(beside -> PithFile.pack(beside, denseGraph, provenance("")));
    compressed.write(
        beside -> PithFile.pack(beside, trained.compressed(), provenance(training.recipe())));
    command.note("5/6 wrote dense.pith and compressed.pith");

    Evaluation teacher = evaluate(Pipeline.standard().run(trained.teacher()), test);
    List<DemoResult.OnDevice> devices = new ArrayList<>();
    for (String device : devices()) {
      devices.add(measure(densePath, smallPath, test, device));
      command.note("6/6 verified, run and measured both on " + device);
    }
    List<Layers.Layer> layers;
    try (Model model = ModelFiles.load(smallPath)) {
      layers = Layers.of(model.graph());
    }
    Path reportPath = folder.resolve("report.html");
    DemoResult result =
        new DemoResult(
            teacher, devices, trained.curves(), layers, densePath, smallPath, reportPath);
    String html = DemoPage.html(result, test);
    report.write(beside -> Files.writeString(beside, html));
    return result;
  }

  /** Names of the devices that are present, the processor first. */
  private static List<String> devices() {
    List<String> names = new ArrayList<>(List.of(CPU));
    for (Backend backend : Backends.ALL) {
      if (!backend.name().equals(CPU) && backend.availability().isAvailable()) {
        names.add(backend.name());
      }
    }
    return names;
  }

  private String samples(String part, int count) {
    return "glyphs:" + part + "?count=" + count + "&seed=" + seed + "&" + SETTINGS;
  }

  private static Dataset data(String samples) throws IOException {
    return DataSpec.parse(samples).open(Split.TEST, Preprocess.NONE);
  }

  private Provenance provenance(String recipe) {
    return new Provenance(
        PithCommand.Version.tool(),
        recipe,
        "",
        seed,
        Map.of(OpenModel.PREPROCESS, Preprocess.parse(SETTINGS).toString()));
  }

  private static Evaluation evaluate(Graph graph, Dataset test) throws IOException {
    try (Model model = Model.of(graph);
        Session session = model.newSession(SessionOptions.defaults().withDevice(CPU))) {
      return Evaluator.evaluate(graph, session, test, test.size(), done -> {});
    }
  }

  /** Verifies both files, counts right answers, and times them in turns. */
  private DemoResult.OnDevice measure(Path one, Path two, Dataset test, String device)
      throws IOException {
    Evaluation dense = evaluate(one, test, device);
    Evaluation small = evaluate(two, test, device);
    PithEngine engine = new PithEngine();
    List<Benchmark.Contender> contenders =
        List.of(new Benchmark.Contender(engine, one), new Benchmark.Contender(engine, two));
    List<Measurement> single =
        new Benchmark(device, 1, 0, seconds, Map.of()).measure(contenders).measurements();
    List<Measurement> batched =
        new Benchmark(device, BATCH, 0, seconds, Map.of()).measure(contenders).measurements();
    return new DemoResult.OnDevice(
        device,
        new DemoResult.Side(dense, single.get(0), batched.get(0)),
        new DemoResult.Side(small, single.get(1), batched.get(1)));
  }

  private static Evaluation evaluate(Path file, Dataset test, String device) throws IOException {
    try (Model model = ModelFiles.load(file);
        Session session = model.newSession(SessionOptions.defaults().withDevice(device))) {
      List<String> wrong = GoldenRun.check(model, session);
      if (!wrong.isEmpty()) {
        throw new CheckFailedException(file + " on " + device + ": " + String.join("; ", wrong));
      }
      return Evaluator.evaluate(model.graph(), session, test, test.size(), done -> {});
    }
  }
}

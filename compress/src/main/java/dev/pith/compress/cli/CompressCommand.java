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
import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.pack.LayoutRule;
import dev.pith.compress.pass.Pipeline;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith compress}: from ONNX to a compressed {@code .pith} file, without training. */
@Command(
    name = "compress",
    description = "Prunes and quantizes an ONNX model and writes a .pith file.",
    footer = {
      "",
      "Without a recipe, --prune or --quantize the model is converted as it is.",
      "SPEC of --prune: unstructured:0.9, block2x4:0.8 (1x4, 4x4, 16x4 alike), nm2:4,"
          + " channels:0.5;",
      "then ,method=second-order,allocation=erk … as needed.",
      "SPEC of --quantize: int8, int8-dynamic, int8-weights.",
      "Examples:",
      "  pith compress net.onnx net.pith --quantize int8 --calibrate cifar10:train.bin?scale=1/255",
      "  pith compress net.onnx net.pith --prune block2x4:0.8 --quantize int8-dynamic",
      "  pith compress net.onnx net.pith --recipe recipe.yaml --evaluate idx:mnist"
    })
final class CompressCommand extends CliCommand {

  @Parameters(index = "0", paramLabel = "IN.onnx", description = "The trained model.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT.pith", description = "The file to write.")
  private Path out;

  @Option(
      names = "--recipe",
      paramLabel = "R.yaml",
      description = "All settings in a file, instead of --prune and --quantize.")
  private Path recipeFile;

  @Option(names = "--prune", paramLabel = "SPEC", description = "Which weights to remove.")
  private List<String> prune = List.of();

  @Option(names = "--quantize", paramLabel = "SPEC", description = "How to quantize.")
  private String quantize;

  @Option(
      names = "--ranges",
      paramLabel = "METHOD",
      description = "How ranges are chosen: mse (default), minmax, percentile, entropy.")
  private String ranges;

  @Option(names = "--equalize", description = "Even out the ranges of neighbouring layers first.")
  private boolean equalize;

  @Option(
      names = "--keep",
      paramLabel = "NAME",
      description = "Leave the layers with this name or pattern in floating point.")
  private List<String> keep = List.of();

  @Option(
      names = "--max-drop",
      paramLabel = "FRACTION",
      description = "Leave sensitive layers in floating point until accuracy drops no more.")
  private Double maxDrop;

  @Option(
      names = "--layouts",
      paramLabel = "RULE",
      description = {
        "Weights that leave zeros out: known (default), where that is known not to be slower;",
        "measured, where it is not slower on this device; smallest."
      })
  private String layouts;

  @Option(
      names = "--calibrate",
      paramLabel = "DATA",
      description = "Samples for calibration; the part train unless it says :test.")
  private String calibrate;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Most calibration samples to use (default: 256).")
  private Integer samples;

  @Option(
      names = "--evaluate",
      paramLabel = "DATA",
      converter = DataOption.class,
      description = "Labelled samples to measure accuracy on, before and after.")
  private DataSpec evaluate;

  @Option(
      names = "--preprocess",
      paramLabel = "SETTINGS",
      description = "Settings to remember in the file, where no DATA gives them.")
  private String preprocess;

  @Option(names = "--device", paramLabel = "D", description = "auto, cpu, cuda, opencl, cuda:1 …")
  private String device;

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all).")
  private int threads;

  @Option(names = "--force", description = "Replace OUT.pith if it exists.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  int run() throws IOException {
    OutputFile target = OutputFile.of(out, force);
    if (Files.exists(out) && Files.exists(in) && Files.isSameFile(in, out)) {
      throw new IllegalArgumentException("input and output are the same file, " + in);
    }
    Recipe recipe = recipe();
    DataSpec calibration = recipe.calibrate().isEmpty() ? null : DataSpec.parse(recipe.calibrate());
    Preprocess images = images(calibration);
    SessionOptions options = options(device, threads);
    Graph graph = Pipeline.standard().run(OnnxImporter.read(in));
    Dataset toMeasure = evaluate == null ? null : evaluate.open(Split.TEST, images);
    Evaluation before = toMeasure == null ? null : evaluate("before", graph, toMeasure, options);
    Compression.Result result = compress(recipe, calibration, images, graph, options);
    Evaluation after =
        toMeasure == null ? null : evaluate("after", result.graph(), toMeasure, options);
    Map<String, String> facts = facts(images, recipe, before, after);
    Provenance provenance =
        new Provenance(
            PithCommand.Version.tool(), recipe.text(), Digests.sha256(in), recipe.seed(), facts);
    target.write(beside -> PithFile.write(beside, result.graph(), provenance));
    new CompressionReport(in, out, before, after, result)
        .print(this, json, PithFile.denseBytes(graph));
    return Failures.DONE;
  }

  private Recipe recipe() throws IOException {
    boolean options =
        !prune.isEmpty() || quantize != null || !keep.isEmpty() || ranges != null || equalize;
    if (recipeFile != null && options) {
      throw new IllegalArgumentException(
          "give either --recipe or --prune, --quantize, --keep, --ranges, --equalize, not both");
    }
    Recipe recipe =
        recipeFile != null ? Recipe.read(recipeFile) : Recipe.parse(RecipeText.of(settings()));
    if (recipeFile == null) {
      return recipe;
    }
    return new Recipe(
        recipe.text(),
        recipe.prune(),
        recipe.quantize(),
        calibrate == null ? recipe.calibrate() : calibrate,
        samples == null ? recipe.samples() : samples,
        maxDrop == null ? recipe.maxDrop() : maxDrop,
        layouts == null ? recipe.layouts() : LayoutRule.parse(layouts),
        recipe.seed(),
        recipe.train());
  }

  private Map<String, Object> settings() {
    if (quantize == null && (ranges != null || equalize || !keep.isEmpty() || maxDrop != null)) {
      throw new IllegalArgumentException(
          "--ranges, --equalize, --keep and --max-drop need --quantize");
    }
    Map<String, Object> quantization = new LinkedHashMap<>();
    if (quantize != null) {
      quantization.put("mode", quantize);
      if (ranges != null) {
        quantization.put("ranges", ranges);
      }
      if (equalize) {
        quantization.put("equalization", true);
      }
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("calibrate", calibrate);
    settings.put("samples", samples);
    settings.put("prune", prune.isEmpty() ? null : prune);
    settings.put("quantize", quantization.size() == 1 ? quantize : quantization);
    settings.put("keep", keep.isEmpty() ? null : keep);
    settings.put("max_drop", maxDrop);
    settings.put("layouts", layouts);
    return settings;
  }

  private Preprocess images(DataSpec calibration) {
    if (preprocess != null) {
      return Preprocess.parse(preprocess);
    }
    Preprocess first = calibration == null ? null : calibration.preprocess();
    Preprocess second = evaluate == null ? null : evaluate.preprocess();
    if (first != null && second != null && !first.equals(second)) {
      throw new IllegalArgumentException(
          "the preprocess settings of --calibrate ("
              + first
              + ") and --evaluate ("
              + second
              + ") differ");
    }
    return first != null ? first : second != null ? second : Preprocess.NONE;
  }

  private Compression.Result compress(
      Recipe recipe, DataSpec calibration, Preprocess images, Graph graph, SessionOptions options)
      throws IOException {
    Iterable<Map<String, Tensor>> runs = null;
    Dataset data = null;
    if (calibration != null && (recipe.needsSamples() || recipe.needsAccuracy())) {
      data = calibration.open(Split.TRAIN, images);
      Feed feed = new Feed(graph, data);
      feed.batch(0, feed.batchSize(1));
      runs = ShownRuns.of(feed.runs(recipe.samples()), terminal(), "calibrating", recipe.samples());
    }
    Dataset labelled = data != null && data.isLabelled() ? data : null;
    return new Compression(recipe, options)
        .run(
            graph,
            runs,
            labelled == null ? null : candidate -> accuracy(candidate, labelled, recipe, options),
            line -> {
              if (isVerbose() || terminal().hasProgress()) {
                note(line);
              }
            });
  }

  private double accuracy(Graph graph, Dataset data, Recipe recipe, SessionOptions options) {
    try (Model model = Model.of(graph);
        Session session = model.newSession(options)) {
      int limit = Math.max(recipe.samples(), 1000);
      return Evaluator.evaluate(graph, session, data, limit, done -> {}).accuracy();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Evaluation evaluate(String name, Graph graph, Dataset data, SessionOptions options)
      throws IOException {
    try (Model model = Model.of(graph);
        Session session = model.newSession(options);
        Progress progress = Progress.start(terminal(), "accuracy " + name, data.size())) {
      return Evaluator.evaluate(graph, session, data, data.size(), done -> progress.at(done));
    }
  }

  private static Map<String, String> facts(
      Preprocess images, Recipe recipe, Evaluation before, Evaluation after) {
    Map<String, String> facts = new TreeMap<>();
    if (!images.toString().isEmpty()) {
      facts.put(OpenModel.PREPROCESS, images.toString());
    }
    if (!recipe.calibrate().isEmpty()) {
      facts.put("calibrate", recipe.calibrate());
    }
    if (before != null && after != null) {
      facts.put("accuracy_before", Double.toString(before.accuracy()));
      facts.put("accuracy_after", Double.toString(after.accuracy()));
      facts.put("accuracy_samples", Integer.toString(after.samples()));
    }
    return facts;
  }
}

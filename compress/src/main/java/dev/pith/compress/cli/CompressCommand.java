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
import dev.pith.compress.search.CompressionSearch;
import dev.pith.compress.search.SearchPoint;
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
      "--objective searches patterns, sparsities and bits for each layer instead, within"
          + " --max-drop;",
      "the best found is in OUT.pith at any time.",
      "Examples:",
      "  pith compress net.onnx net.pith --quantize int8 --calibrate cifar10:train.bin?scale=1/255",
      "  pith compress net.onnx net.pith --max-drop 0.5 --objective bytes --calibrate idx:mnist",
      "  pith compress net.onnx net.pith --prune block2x4:0.8 --quantize int8-dynamic",
      "  pith compress net.onnx net.pith --recipe recipe.yaml --evaluate idx:mnist"
    })
final class CompressCommand extends CliCommand {

  private static final double POINTS = 100;

  /** Samples on which a search compares accuracies. */
  private static final int SEARCH_SAMPLES = 2000;

  private static final double DEFAULT_DROP = 0.01;

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
      names = "--reduce-range",
      description = {
        "Weights of 7 bits, -63 to 63: faster on processors without int8 dot products,",
        "where products of two bytes are added in 16 bits; a little less accurate."
      })
  private boolean reduceRange;

  @Option(
      names = "--keep",
      paramLabel = "NAME",
      description = "Leave the layers with this name or pattern in floating point.")
  private List<String> keep = List.of();

  @Option(
      names = "--max-drop",
      paramLabel = "POINTS",
      description = {
        "Largest drop of accuracy in points, 0.5 for half a point: of a search (default: 1);",
        "with --quantize, sensitive layers stay in floating point until it drops no more."
      })
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
      names = "--objective",
      paramLabel = "WHAT",
      description = "Search for the smallest latency or bytes within --max-drop.")
  private String objective;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write a page that compares before and after; with --evaluate, samples too.")
  private Path report;

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
    OutputFile page = report == null ? null : OutputFile.of(report, force);
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
    Calibration found = calibration(recipe, calibration, images, graph);
    Work work =
        objective == null
            ? compress(recipe, found, graph, options)
            : search(recipe, found, graph, target, provenance(recipe, Map.of()), options);
    Evaluation after =
        toMeasure == null ? null : evaluate("after", work.result.graph(), toMeasure, options);
    Provenance provenance = provenance(work.recipe, facts(images, work.recipe, before, after));
    (work.search == null ? target : target.replacing())
        .write(beside -> PithFile.write(beside, work.result.graph(), provenance));
    if (page != null) {
      String html =
          new CompressionComparison(in, out, options)
              .page(graph, before, after, toMeasure, work.search, objective);
      page.write(beside -> Files.writeString(beside, html));
    }
    if (work.search != null && !json) {
      print(new SearchSection(work.search, SearchPoint.Objective.parse(objective)).front());
    }
    new CompressionReport(in, out, before, after, work.result)
        .print(this, json, PithFile.denseBytes(graph));
    return Failures.DONE;
  }

  /** A compressed graph, the recipe that made it, and what a search tried. */
  private record Work(Compression.Result result, Recipe recipe, CompressionSearch.Result search) {}

  /** Calibration inputs ({@code null} for none), and their data where it has labels. */
  private record Calibration(Iterable<Map<String, Tensor>> runs, Dataset labelled) {}

  private Provenance provenance(Recipe recipe, Map<String, String> facts) throws IOException {
    return new Provenance(
        PithCommand.Version.tool(), recipe.text(), Digests.sha256(in), recipe.seed(), facts);
  }

  private Recipe recipe() throws IOException {
    boolean options =
        !prune.isEmpty()
            || quantize != null
            || !keep.isEmpty()
            || ranges != null
            || equalize
            || reduceRange;
    if (recipeFile != null && options) {
      throw new IllegalArgumentException(
          "give either --recipe or --prune, --quantize, --keep, --ranges, --equalize,"
              + " --reduce-range, not both");
    }
    Recipe recipe =
        recipeFile != null
            ? Recipe.read(recipeFile)
            : Recipe.parse(RecipeText.of(settings()), "the options, written as a recipe,");
    if (recipeFile == null) {
      return recipe;
    }
    return new Recipe(
        recipe.text(),
        recipe.prune(),
        recipe.quantize(),
        calibrate == null ? recipe.calibrate() : calibrate,
        samples == null ? recipe.samples() : samples,
        maxDrop == null ? recipe.maxDrop() : maxDrop / POINTS,
        layouts == null ? recipe.layouts() : LayoutRule.parse(layouts),
        recipe.seed(),
        recipe.train());
  }

  private Map<String, Object> settings() {
    boolean alone = quantize == null && objective == null;
    if (quantize == null && (ranges != null || equalize || reduceRange || !keep.isEmpty())
        || alone && maxDrop != null) {
      throw new IllegalArgumentException(
          "--ranges, --equalize, --reduce-range, --keep and --max-drop need --quantize"
              + " (--max-drop may have --objective instead)");
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
      if (reduceRange) {
        quantization.put("reduce_range", true);
      }
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("calibrate", calibrate);
    settings.put("samples", samples);
    settings.put("prune", prune.isEmpty() ? null : prune);
    settings.put("quantize", quantization.size() == 1 ? quantize : quantization);
    settings.put("keep", keep.isEmpty() ? null : keep);
    settings.put("max_drop", maxDrop == null ? null : maxDrop / POINTS);
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

  private Calibration calibration(
      Recipe recipe, DataSpec calibration, Preprocess images, Graph graph) throws IOException {
    boolean needed = recipe.needsSamples() || recipe.needsAccuracy() || objective != null;
    if (calibration == null || !needed) {
      return new Calibration(null, null);
    }
    Dataset data = calibration.open(Split.TRAIN, images);
    Feed feed = new Feed(graph, data);
    feed.batch(0, feed.batchSize(1));
    Iterable<Map<String, Tensor>> runs = feed.runs(recipe.samples());
    return new Calibration(
        objective != null ? runs : ShownRuns.of(runs, terminal(), "calibrating", recipe.samples()),
        data.isLabelled() ? data : null);
  }

  private Work compress(
      Recipe recipe, Calibration calibration, Graph graph, SessionOptions options) {
    Dataset labelled = calibration.labelled;
    Compression.Result result =
        new Compression(recipe, options)
            .run(
                graph,
                calibration.runs,
                labelled == null
                    ? null
                    : candidate -> accuracy(candidate, labelled, recipe, options),
                this::tell);
    return new Work(result, recipe, null);
  }

  private Work search(
      Recipe recipe,
      Calibration calibration,
      Graph graph,
      OutputFile target,
      Provenance provenance,
      SessionOptions options)
      throws IOException {
    if (!recipe.prune().isEmpty() || recipe.quantize() != null) {
      throw new IllegalArgumentException(
          "--objective searches by itself; leave out --prune, --quantize and recipes with them");
    }
    if (calibration.labelled == null) {
      throw new IllegalArgumentException(
          "--objective measures accuracy; give labelled samples with --calibrate DATA");
    }
    int limit = Math.min(calibration.labelled.size(), Math.max(recipe.samples(), SEARCH_SAMPLES));
    double drop = recipe.maxDrop() >= 0 ? recipe.maxDrop() : DEFAULT_DROP;
    CompressionSearch.Settings settings =
        new CompressionSearch.Settings(SearchPoint.Objective.parse(objective), drop, options);
    boolean inTurns = settings.objective() == SearchPoint.Objective.LATENCY;
    try (SearchRun run =
        new SearchRun(target, provenance, calibration.labelled, limit, options, inTurns)) {
      CompressionSearch.Result result =
          new CompressionSearch(settings, run, this::tell).search(graph, calibration.runs);
      return found(recipe, result, run.best());
    }
  }

  private Work found(Recipe recipe, CompressionSearch.Result result, Graph best) {
    StringBuilder text = new StringBuilder(recipe.text());
    text.append("# found by a search for ").append(objective).append('\n');
    result
        .best()
        .candidate()
        .choices()
        .forEach((l, c) -> text.append("# ").append(l).append(": ").append(c.text()).append('\n'));
    List<String> kept =
        result.best().candidate().choices().entrySet().stream()
            .filter(e -> e.getValue().isFloat())
            .map(Map.Entry::getKey)
            .toList();
    return new Work(
        new Compression.Result(best, List.of(), List.of(), kept, Double.NaN, Double.NaN),
        Recipe.parse(text.toString()),
        result);
  }

  private void tell(String line) {
    if (isVerbose() || terminal().hasProgress()) {
      note(line);
    }
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

package dev.pith.compress;

import dev.pith.compress.pack.LayoutJudge;
import dev.pith.compress.pack.MeasuredSpeed;
import dev.pith.compress.pack.PackedLayer;
import dev.pith.compress.pack.Packer;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.PrunedLayer;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.prune.SecondOrderPruner;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.quantize.Quantizer;
import dev.pith.compress.quantize.SensitivitySearch;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Runs a {@link Recipe} on a graph in memory: prune, quantize, pack, in this order. The graph must
 * have been through {@code Pipeline.standard()}. Immutable, thread-safe.
 */
public final class Compression {

  /** Calibration samples on which the sensitivity of single layers is compared. */
  private static final int PROBES = 8;

  private final Recipe recipe;
  private final SessionOptions options;

  /**
   * A compression.
   *
   * @param recipe what to do
   * @param options where calibration and measurements run
   */
  public Compression(Recipe recipe, SessionOptions options) {
    this.recipe = recipe;
    this.options = options;
  }

  /**
   * What came out.
   *
   * @param graph the compressed graph
   * @param pruned what each pruning step did to each layer
   * @param packed how each layer's weight is held
   * @param kept layers that the search for {@code max_drop} left in floating point
   * @param accuracy accuracy as measured by that search; NaN if it did not run
   * @param baseline accuracy before quantization, pruned, measured likewise
   */
  public record Result(
      Graph graph,
      List<List<PrunedLayer>> pruned,
      List<PackedLayer> packed,
      List<String> kept,
      double accuracy,
      double baseline) {
    public Result {
      pruned = pruned.stream().map(List::copyOf).toList();
      packed = List.copyOf(packed);
      kept = List.copyOf(kept);
    }
  }

  /**
   * Runs the recipe.
   *
   * @param samples calibration inputs by name, one map for each run; iterated several times; {@code
   *     null} where {@link Recipe#needsSamples} is false
   * @param accuracy measures a graph, as a fraction; {@code null} where {@link
   *     Recipe#needsAccuracy} is false
   * @param log told what is done
   * @throws IllegalArgumentException if samples or accuracy are needed and missing
   */
  public Result run(
      Graph graph,
      Iterable<Map<String, Tensor>> samples,
      ToDoubleFunction<Graph> accuracy,
      Consumer<String> log) {
    if (recipe.needsSamples() && samples == null) {
      throw new IllegalArgumentException(
          "the recipe needs calibration samples; pass --calibrate DATA");
    }
    if (recipe.needsAccuracy() && accuracy == null) {
      throw new IllegalArgumentException(
          "max_drop needs labelled data to measure accuracy on; pass --calibrate DATA with labels");
    }
    Graph current = graph;
    List<List<PrunedLayer>> pruned = new ArrayList<>();
    for (PruneSpec spec : recipe.prune()) {
      log.accept("pruning " + spec.pattern().text());
      Pruner.Result result =
          spec.method() == PruneSpec.Method.SECOND_ORDER
              ? new SecondOrderPruner(spec, options).prune(current, samples, log)
              : Pruner.pruneAndReport(current, spec);
      current = result.graph();
      pruned.add(result.layers());
    }
    List<String> kept = List.of();
    double measured = Double.NaN;
    double baseline = Double.NaN;
    if (recipe.quantize() != null) {
      log.accept("quantizing to " + recipe.quantize().mode().text());
      SensitivitySearch.Result result = quantize(current, samples, accuracy, log);
      current = result.graph();
      kept = result.kept();
      measured = result.accuracy();
      baseline = result.baseline();
    }
    Packer.Result packed = pack(current);
    return new Result(packed.graph(), pruned, packed.layers(), kept, measured, baseline);
  }

  private Packer.Result pack(Graph graph) {
    switch (recipe.layouts()) {
      case SMALLEST -> {
        return Packer.packAndReport(graph, LayoutJudge.SMALLEST);
      }
      case MEASURED -> {
        try (MeasuredSpeed judge = new MeasuredSpeed(graph, options)) {
          return Packer.packAndReport(graph, judge);
        }
      }
      case KNOWN -> {
        return Packer.packAndReport(graph);
      }
    }
    throw new IllegalStateException("no rule " + recipe.layouts());
  }

  private SensitivitySearch.Result quantize(
      Graph graph,
      Iterable<Map<String, Tensor>> samples,
      ToDoubleFunction<Graph> accuracy,
      Consumer<String> log) {
    QuantizeSpec spec = recipe.quantize();
    Quantizer quantizer = new Quantizer(spec, options);
    if (!recipe.needsAccuracy()) {
      Graph quantized = quantizer.apply(graph, samples, done -> {});
      return new SensitivitySearch.Result(quantized, List.of(), Double.NaN, Double.NaN);
    }
    Quantizer.Prepared prepared = quantizer.prepare(graph, samples, done -> {});
    List<Map<String, Tensor>> probes = new ArrayList<>();
    for (Map<String, Tensor> sample : samples) {
      if (probes.size() == PROBES) {
        break;
      }
      probes.add(sample);
    }
    return new SensitivitySearch(options, probes)
        .search(prepared, spec, accuracy, accuracy.applyAsDouble(graph), recipe.maxDrop(), log);
  }
}

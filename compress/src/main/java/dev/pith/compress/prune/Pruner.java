package dev.pith.compress.prune;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.PrunePattern.Blocks;
import dev.pith.compress.prune.PrunePattern.Nm;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prunes a graph in one shot, by magnitude: weights become zeros and stay dense, or whole channels
 * disappear. The result depends on graph and specification only; equal scores are removed in order
 * of place. Stateless, thread-safe.
 *
 * <p>Second-order pruning needs calibration inputs: {@link SecondOrderPruner}.
 */
public final class Pruner {

  private Pruner() {}

  /**
   * A pruned graph.
   *
   * @param graph the graph with zeros, or with fewer channels
   * @param layers one entry for each weighted layer, in order
   */
  public record Result(Graph graph, List<PrunedLayer> layers) {
    public Result {
      layers = List.copyOf(layers);
    }

    /** Zeros among the weights of all layers, as a fraction. */
    public double sparsity() {
      long weights = layers.stream().mapToLong(PrunedLayer::weights).sum();
      long zeros = layers.stream().mapToLong(PrunedLayer::zeros).sum();
      return weights == 0 ? 0 : (double) zeros / weights;
    }
  }

  /** The graph with zeros, or fewer channels. */
  public static Graph prune(Graph graph, PruneSpec spec) {
    return pruneAndReport(graph, spec).graph();
  }

  /** The graph with zeros, or fewer channels, and what was done to each layer. */
  public static Result pruneAndReport(Graph graph, PruneSpec spec) {
    if (spec.method() == PruneSpec.Method.SECOND_ORDER) {
      throw new IllegalArgumentException(
          "second-order pruning needs calibration inputs; pass --calibrate DATA or use method"
              + " magnitude");
    }
    if (spec.pattern() instanceof PrunePattern.Channels) {
      return ChannelPruner.prune(graph, spec);
    }
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
    List<PrunedLayer> report = new ArrayList<>();
    for (PrunePlan.Step step : PrunePlan.of(graph, spec)) {
      WeightedLayer layer = step.layer();
      if (step.pattern() != null) {
        float[] weight = layer.weight().toFloats();
        apply(step, weight, spec.criterion());
        Tensor pruned = WeightedLayer.replaced(layer.weight(), weight);
        constants.put(layer.weightName(), pruned);
      }
      report.add(report(step, constants.get(layer.weightName())));
    }
    return new Result(graph.withConstants(constants), report);
  }

  private static void apply(PrunePlan.Step step, float[] weight, PruneSpec.Criterion criterion) {
    int rows = step.layer().rows();
    int columns = step.layer().columns();
    switch (step.pattern()) {
      case Blocks blocks -> {
        float[] scores = UnitScores.of(weight, rows, columns, blocks, criterion);
        boolean[] removed = Threshold.smallest(scores, step.removed());
        UnitScores.zero(weight, rows, columns, blocks, removed);
      }
      case Nm nm -> UnitScores.zero(weight, nm);
      case PrunePattern.Channels ignored ->
          throw new IllegalStateException("channels are not removed from single layers");
    }
  }

  /** The report's entry for a layer that now has the given weight. */
  static PrunedLayer report(PrunePlan.Step step, Tensor weight) {
    String pattern = step.pattern() == null ? "dense" : step.pattern().text();
    String reason = step.reason() == null ? "" : step.reason();
    long weights = weight.shape().elementCount();
    return new PrunedLayer(step.layer().name(), pattern, weights, zeros(weight), reason);
  }

  private static long zeros(Tensor weight) {
    if (!weight.isDense()) {
      return 0;
    }
    long zeros = 0;
    for (long i = 0; i < weight.shape().elementCount(); i++) {
      zeros += weight.getDouble(i) == 0 ? 1 : 0;
    }
    return zeros;
  }
}

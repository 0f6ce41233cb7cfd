package dev.pith.compress.prune;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.PrunePattern.Blocks;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/**
 * Which layers are pruned, how, and how much of each: the rules of {@link PruneSpec} applied to a
 * graph.
 */
final class PrunePlan {

  /**
   * What happens to one layer.
   *
   * @param layer the layer
   * @param pattern which weights are removed together; {@code null} where it stays dense
   * @param removed number of blocks to remove; unused for N:M
   * @param reason why the layer stays dense, or {@code null}
   */
  record Step(WeightedLayer layer, PrunePattern pattern, long removed, String reason) {
    Step withRemoved(long count) {
      return new Step(layer, pattern, count, reason);
    }
  }

  private PrunePlan() {}

  /** One step for each weighted layer, in order. */
  static List<Step> of(Graph graph, PruneSpec spec) {
    List<WeightedLayer> layers = WeightedLayer.of(graph);
    List<Step> steps = new ArrayList<>();
    List<Integer> shared = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      WeightedLayer layer = layers.get(i);
      LayerOverride override = spec.override(layer.name());
      String reason = refusal(spec, layer, override, i == 0, i == layers.size() - 1);
      PrunePattern pattern =
          override != null && override.pattern() != null ? override.pattern() : spec.pattern();
      reason = reason == null ? pattern.refusal(layer) : reason;
      if (reason != null) {
        steps.add(new Step(layer, null, 0, reason));
      } else if (pattern instanceof Blocks blocks && override != null) {
        long units = blocks.count(layer.rows(), layer.columns());
        steps.add(new Step(layer, pattern, Math.round(override.sparsity() * units), null));
      } else {
        if (pattern instanceof Blocks) {
          shared.add(i);
        }
        steps.add(new Step(layer, pattern, 0, null));
      }
    }
    allocate(steps, shared, spec);
    return steps;
  }

  private static String refusal(
      PruneSpec spec, WeightedLayer layer, LayerOverride override, boolean first, boolean last) {
    if (!layer.weight().isDense() || !layer.weight().dtype().isFloat()) {
      return "is " + layer.weight() + "; only dense floating-point weights can be pruned";
    } else if (override != null) {
      return override.sparsity() == 0 ? "is kept dense by its name" : null;
    } else if (first && spec.denseFirst()) {
      return "is the first layer";
    } else if (last && spec.denseLast()) {
      return "is the last layer";
    } else if (layer.isDepthwise() && !spec.depthwise()) {
      return "is depthwise";
    } else if (layer.weight().shape().elementCount() < spec.minWeights()) {
      return "has fewer than " + spec.minWeights() + " weights";
    }
    return null;
  }

  private static void allocate(List<Step> steps, List<Integer> shared, PruneSpec spec) {
    if (shared.isEmpty()) {
      return;
    }
    List<WeightedLayer> layers = shared.stream().map(i -> steps.get(i).layer()).toList();
    long[] removed = SparsityAllocation.of(layers, (Blocks) spec.pattern(), spec);
    for (int i = 0; i < removed.length; i++) {
      steps.set(shared.get(i), steps.get(shared.get(i)).withRemoved(removed[i]));
    }
  }
}

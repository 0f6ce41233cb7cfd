package dev.pith.compress.prune;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.BatchNorm;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How much channels matter: norms of the weight rows that produce them, relative to their layer's
 * mean. A BatchNorm behind a layer undoes the size of its weights, so rows count as they are with
 * the BatchNorm folded in; or its scales alone count (network slimming).
 */
final class ChannelScores {

  private final Graph graph;
  private final PruneSpec.Criterion criterion;
  private final Map<String, Node> norms = new HashMap<>();

  private ChannelScores(Graph graph, PruneSpec.Criterion criterion) {
    this.graph = graph;
    this.criterion = criterion;
    Set<String> read = new HashSet<>(graph.outputNames());
    for (Node node : graph.nodes()) {
      for (String input : node.inputs()) {
        boolean first = read.add(input);
        boolean folds = node.op() instanceof BatchNorm && node.input(0).equals(input);
        if (first && folds && constants(node)) {
          norms.put(input, node);
        } else {
          norms.remove(input);
        }
      }
    }
  }

  private boolean constants(Node node) {
    return graph.constant(node, 1) != null && graph.constant(node, 4) != null;
  }

  /** Mean over the rows that produce a class of channels, by the class's root. */
  static float[] of(Graph graph, ChannelTrace trace, PruneSpec spec) {
    ChannelScores scores = new ChannelScores(graph, spec.criterion());
    ChannelClasses classes = trace.classes();
    double[] sums = new double[classes.size()];
    int[] counts = new int[classes.size()];
    for (ChannelTrace.Producer producer : trace.producers()) {
      double[] rows = scores.rows(producer.node());
      for (int row = 0; row < rows.length; row++) {
        int root = classes.root(producer.ids()[row]);
        sums[root] += rows[row];
        counts[root]++;
      }
    }
    float[] means = new float[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = counts[i] == 0 ? 0 : (float) (sums[i] / counts[i]);
    }
    return means;
  }

  /** A number for each row of the layer's weight. */
  private double[] rows(Node layer) {
    Node norm = norms.get(layer.output(0));
    if (norm != null && criterion == PruneSpec.Criterion.SCALE) {
      float[] scales = graph.constant(norm, 1).toFloats();
      double[] rows = new double[scales.length];
      Arrays.setAll(rows, i -> Math.abs(scales[i]));
      return rows;
    }
    double[] rows = norms(graph.constant(layer, WeightedLayer.WEIGHT));
    if (norm != null) {
      float[] scales = graph.constant(norm, 1).toFloats();
      float[] variances = graph.constant(norm, 4).toFloats();
      float epsilon = ((BatchNorm) norm.op()).epsilon();
      Arrays.setAll(rows, i -> rows[i] * Math.abs(scales[i]) / Math.sqrt(variances[i] + epsilon));
    }
    double mean = Math.max(Arrays.stream(rows).average().orElse(1), Double.MIN_NORMAL);
    Arrays.setAll(rows, i -> rows[i] / mean);
    return rows;
  }

  private double[] norms(Tensor weight) {
    float[] values = weight.toFloats();
    int columns = Math.toIntExact(weight.columns());
    double[] sums = new double[Math.toIntExact(weight.rows())];
    for (int i = 0; i < values.length; i++) {
      double w = values[i];
      sums[i / columns] += criterion == PruneSpec.Criterion.L1 ? Math.abs(w) : w * w;
    }
    if (criterion != PruneSpec.Criterion.L1) {
      Arrays.setAll(sums, i -> Math.sqrt(sums[i]));
    }
    return sums;
  }
}

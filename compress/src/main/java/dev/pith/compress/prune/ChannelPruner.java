package dev.pith.compress.prune;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes whole channels: classes of channels that depend on each other (through residual sums,
 * concatenations, depthwise convolutions …) are ranked by the norms of the weights that produce
 * them (or by their BatchNorm scales), and the least ones disappear from every layer.
 *
 * <p>Layers whose classes share members form a bundle; each bundle loses the same fraction of its
 * channels (or, with global allocation, all are ranked together), and always keeps one.
 */
final class ChannelPruner {

  private final Graph graph;
  private final PruneSpec spec;
  private final ChannelTrace trace;

  private ChannelPruner(Graph graph, PruneSpec spec) {
    this.graph = graph;
    this.spec = spec;
    this.trace = ChannelTrace.of(graph);
  }

  /** The smaller graph and what was removed. */
  static Pruner.Result prune(Graph graph, PruneSpec spec) {
    return new ChannelPruner(graph, spec).run();
  }

  private Pruner.Result run() {
    holdDenseLayers();
    boolean[] removed = select();
    GraphEditor editor = new GraphEditor(graph);
    ChannelCut cut = new ChannelCut(trace, removed, editor);
    for (Node node : graph.nodes()) {
      ChannelRule rule = trace.isKnown(node.output(0)) ? null : ChannelTrace.rule(node);
      if (rule != null) {
        editor.replace(rule.rewrite(node, cut));
      }
    }
    Graph smaller = editor.toGraph();
    return new Pruner.Result(smaller, report(smaller));
  }

  private void holdDenseLayers() {
    List<WeightedLayer> layers = WeightedLayer.of(graph);
    for (int i = 0; i < layers.size(); i++) {
      String name = layers.get(i).name();
      LayerOverride override = spec.override(name);
      String output = layers.get(i).node().output(0);
      if (override != null) {
        if (override.sparsity() == 0) {
          trace.hold(output, "is kept dense by its name");
        }
      } else if (i == 0 && spec.denseFirst()) {
        trace.hold(output, "belongs to the first layer");
      } else if (i == layers.size() - 1 && spec.denseLast()) {
        trace.hold(output, "belongs to the last layer");
      }
    }
  }

  /** For each root whether it is removed. */
  private boolean[] select() {
    ChannelClasses classes = trace.classes();
    float[] scores = ChannelScores.of(graph, trace, spec);
    boolean[] removed = new boolean[classes.size()];
    List<int[]> bundles = bundles();
    if (spec.allocation() == PruneSpec.Allocation.GLOBAL) {
      removeGlobally(bundles, scores, removed);
      return removed;
    }
    for (int[] bundle : bundles) {
      float[] own = new float[bundle.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = scores[bundle[i]];
      }
      long count = removed(sparsity(bundle), bundle.length);
      boolean[] least = Threshold.smallest(own, count);
      for (int i = 0; i < own.length; i++) {
        removed[bundle[i]] = least[i];
      }
    }
    return removed;
  }

  /** How many of {@code channels} go; what is left is a multiple, if that can be. */
  private long removed(double sparsity, int channels) {
    long multiple = spec.multiple();
    if (sparsity == 0 || multiple == 1 || channels <= multiple) {
      return Math.min(Math.round(sparsity * channels), channels - 1L);
    }
    long left = Math.round((1 - sparsity) * channels / multiple) * multiple;
    return channels - Math.clamp(left, multiple, channels);
  }

  private void removeGlobally(List<int[]> bundles, float[] scores, boolean[] removed) {
    int total = 0;
    for (int[] bundle : bundles) {
      total += bundle.length;
    }
    // The best channel of each bundle is out of the ranking, so that no layer vanishes.
    float[] ranked = new float[total];
    int[] roots = new int[total];
    int at = 0;
    for (int[] bundle : bundles) {
      int best = bundle[0];
      for (int root : bundle) {
        best = scores[root] > scores[best] ? root : best;
      }
      for (int root : bundle) {
        roots[at] = root;
        ranked[at++] = root == best ? Float.POSITIVE_INFINITY : scores[root];
      }
    }
    long count = Math.min(Math.round(spec.sparsity() * total), total - bundles.size());
    boolean[] least = Threshold.smallest(ranked, count);
    for (int i = 0; i < total; i++) {
      removed[roots[i]] = least[i];
    }
  }

  /** The smallest sparsity asked for by name among the bundle's layers, else the common one. */
  private double sparsity(int[] bundle) {
    double least = Double.NaN;
    for (ChannelTrace.Producer producer : trace.producers()) {
      LayerOverride override = spec.override(producer.node().name());
      if (override != null && shares(producer, bundle)) {
        least = Double.isNaN(least) ? override.sparsity() : Math.min(least, override.sparsity());
      }
    }
    return Double.isNaN(least) ? spec.sparsity() : least;
  }

  private boolean shares(ChannelTrace.Producer producer, int[] bundle) {
    for (int id : producer.ids()) {
      if (Arrays.binarySearch(bundle, trace.classes().root(id)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Roots that may be removed, sorted, grouped by the layers they connect. */
  private List<int[]> bundles() {
    ChannelClasses classes = trace.classes();
    ChannelClasses joint = new ChannelClasses();
    joint.fresh(classes.size());
    for (ChannelTrace.Producer producer : trace.producers()) {
      for (int id : producer.ids()) {
        joint.join(classes.root(id), classes.root(producer.ids()[0]));
      }
    }
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int id = 0; id < classes.size(); id++) {
      if (classes.root(id) == id && classes.holder(id) == null) {
        groups.computeIfAbsent(joint.root(id), root -> new ArrayList<>()).add(id);
      }
    }
    List<int[]> bundles = new ArrayList<>();
    groups.values().forEach(ids -> bundles.add(ids.stream().mapToInt(i -> i).toArray()));
    return bundles;
  }

  private List<PrunedLayer> report(Graph smaller) {
    Map<String, WeightedLayer> after = new HashMap<>();
    WeightedLayer.of(smaller).forEach(layer -> after.put(layer.name(), layer));
    List<PrunedLayer> report = new ArrayList<>();
    for (WeightedLayer layer : WeightedLayer.of(graph)) {
      long before = layer.weight().shape().elementCount();
      long left = after.get(layer.name()).weight().shape().elementCount();
      ChannelLabels labels = trace.labels(layer.node().output(0));
      String holder = labels == null ? "" : trace.classes().holder(labels.ids()[0]);
      String pattern = left < before ? "channels" : "dense";
      report.add(
          new PrunedLayer(
              layer.name(), pattern, before, before - left, holder == null ? "" : holder));
    }
    return report;
  }
}

package dev.pith.compress.prune;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.PrunePattern.Blocks;
import dev.pith.compress.prune.PrunePattern.Nm;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Prunes layer by layer with the Hessian of each layer's output error, measured on calibration
 * inputs that have passed the layers pruned before; {@link OptimalUpdate} has the method. Biases
 * make up for the mean. Memory is that of one layer: 8 · columns² bytes for each group, of which at
 * most {@value #SPAN} columns are taken together. Immutable, thread-safe.
 */
public final class SecondOrderPruner {

  /** Inputs between which correlations are measured; wider layers are cut into spans. */
  private static final int SPAN = 2048;

  private final PruneSpec spec;
  private final SessionOptions options;

  /**
   * A pruner.
   *
   * @param spec what to prune; a weight pattern, not channels
   * @param options where calibration samples run
   */
  public SecondOrderPruner(PruneSpec spec, SessionOptions options) {
    this.spec = spec.withMethod(PruneSpec.Method.SECOND_ORDER);
    this.options = options;
  }

  /**
   * The graph with zeros and adjusted weights.
   *
   * @param samples calibration inputs by name, one map for each run; iterated once for each layer
   * @param log told which layer is being pruned
   * @throws IllegalArgumentException if there are no samples
   */
  public Pruner.Result prune(
      Graph graph, Iterable<Map<String, Tensor>> samples, Consumer<String> log) {
    Graph current = graph;
    List<PrunedLayer> report = new ArrayList<>();
    for (PrunePlan.Step step : PrunePlan.of(graph, spec)) {
      if (step.pattern() != null) {
        log.accept("pruning " + step.layer().name() + " to " + step.pattern().text());
        current = prune(current, step, samples);
      }
      report.add(Pruner.report(step, current.constants().get(step.layer().weightName())));
    }
    return new Pruner.Result(current, report);
  }

  private Graph prune(Graph graph, PrunePlan.Step step, Iterable<Map<String, Tensor>> samples) {
    WeightedLayer layer = step.layer();
    Spans spans = new Spans(layer, step.pattern());
    boolean any = LayerInputs.forEach(graph, layer, samples, options, spec.seed(), spans::add);
    if (!any) {
      throw new IllegalArgumentException(
          "second-order pruning needs at least one calibration sample; there are none");
    }
    String bias = adjustableBias(graph, layer);
    float[] before = layer.weight().toFloats();
    float[] after = spans.prune(before, step.removed(), bias != null);
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
    constants.put(layer.weightName(), WeightedLayer.replaced(layer.weight(), after));
    if (bias != null) {
      Tensor old = graph.constants().get(bias);
      float[] shifted = spans.shift(old.toFloats(), before, after);
      constants.put(bias, WeightedLayer.replaced(old, shifted));
    }
    return graph.withConstants(constants);
  }

  /** Name of a bias that only this layer reads, or {@code null}. */
  private static String adjustableBias(Graph graph, WeightedLayer layer) {
    String name = layer.node().input(2);
    Tensor bias = name.isEmpty() ? null : graph.constants().get(name);
    long uses = 0;
    for (Node node : graph.nodes()) {
      uses += node.inputs().stream().filter(name::equals).count();
    }
    boolean weightShared =
        graph.nodes().stream().filter(node -> node.inputs().contains(layer.weightName())).count()
            > 1;
    return bias != null && uses == 1 && !weightShared ? name : null;
  }

  /** The Hessians of one layer: for each group, for each span of columns. */
  private static final class Spans {

    private final WeightedLayer layer;
    private final PrunePattern pattern;
    private final int span;
    private final Hessian[][] hessians;

    Spans(WeightedLayer layer, PrunePattern pattern) {
      this.layer = layer;
      this.pattern = pattern;
      int unit =
          switch (pattern) {
            case Blocks blocks -> blocks.cols();
            case Nm nm -> nm.m();
            case PrunePattern.Channels ignored -> 1;
          };
      this.span = SPAN / unit * unit;
      int count = (layer.columns() + span - 1) / span;
      this.hessians = new Hessian[layer.groups()][count];
      for (Hessian[] group : hessians) {
        for (int i = 0; i < count; i++) {
          group[i] = new Hessian(Math.min(span, layer.columns() - i * span));
        }
      }
    }

    void add(int group, float[] row) {
      for (int i = 0; i < hessians[group].length; i++) {
        hessians[group][i].add(row, i * span);
      }
    }

    /** The new weights. */
    float[] prune(float[] weight, long count, boolean centered) {
      int groupRows = layer.rows() / layer.groups();
      float[] result = weight.clone();
      List<OptimalUpdate> updates = new ArrayList<>();
      List<float[]> costs = new ArrayList<>();
      for (int group = 0; group < hessians.length; group++) {
        for (int i = 0; i < hessians[group].length; i++) {
          Hessian hessian = hessians[group][i];
          float[] part = part(weight, group * groupRows, groupRows, i * span, hessian.size());
          OptimalUpdate update =
              new OptimalUpdate(part, groupRows, hessian.size(), hessian.matrix(centered));
          updates.add(update);
          costs.add(pattern instanceof Blocks blocks ? update.costs(blocks) : new float[0]);
        }
      }
      Threshold cut = Threshold.of(costs, pattern instanceof Blocks ? count : 0);
      long ties = cut.ties();
      for (int index = 0; index < updates.size(); index++) {
        int group = index / hessians[0].length;
        int i = index % hessians[0].length;
        float[] part;
        if (pattern instanceof Blocks blocks) {
          boolean[] marked = new boolean[costs.get(index).length];
          for (int unit = 0; unit < marked.length && count > 0; unit++) {
            float cost = costs.get(index)[unit];
            marked[unit] = cost < cut.value() || cost == cut.value() && ties-- > 0;
          }
          part = updates.get(index).remove(blocks, marked);
        } else {
          part = updates.get(index).remove((Nm) pattern);
        }
        int size = hessians[group][i].size();
        for (int row = 0; row < groupRows; row++) {
          int target = (group * groupRows + row) * layer.columns() + i * span;
          System.arraycopy(part, row * size, result, target, size);
        }
      }
      return result;
    }

    private float[] part(float[] weight, int firstRow, int rows, int firstColumn, int size) {
      float[] part = new float[rows * size];
      for (int row = 0; row < rows; row++) {
        int from = (firstRow + row) * layer.columns() + firstColumn;
        System.arraycopy(weight, from, part, row * size, size);
      }
      return part;
    }

    /** The bias that keeps the mean of each output: b + (before − after) · μ. */
    float[] shift(float[] bias, float[] before, float[] after) {
      float[] shifted = bias.clone();
      int columns = layer.columns();
      int groupRows = layer.rows() / layer.groups();
      for (int group = 0; group < hessians.length; group++) {
        for (int i = 0; i < hessians[group].length; i++) {
          double[] means = hessians[group][i].means();
          for (int row = group * groupRows; row < (group + 1) * groupRows; row++) {
            double sum = 0;
            for (int c = 0; c < means.length; c++) {
              int at = row * columns + i * span + c;
              sum += ((double) before[at] - after[at]) * means[c];
            }
            shifted[row] = (float) (shifted[row] + sum);
          }
        }
      }
      return shifted;
    }
  }
}

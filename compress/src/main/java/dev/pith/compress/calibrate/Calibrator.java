package dev.pith.compress.calibrate;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Linear;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Runs samples through a floating-point graph and observes every intermediate value: a histogram
 * for each, channel means for the inputs of weighted layers. Memory depends on the graph, not on
 * the number of samples.
 */
public final class Calibrator {

  private final SessionOptions options;

  /**
   * A calibrator that runs on the given device.
   *
   * @param options device and threads
   */
  public Calibrator(SessionOptions options) {
    this.options = options;
  }

  /**
   * Observes the graph on all samples.
   *
   * @param samples model inputs by name, one map for each run
   * @param progress told the number of samples done after each
   * @throws IllegalArgumentException if there are no samples, or one does not fit the graph
   */
  public Calibration calibrate(
      Graph graph, Iterable<Map<String, Tensor>> samples, LongConsumer progress) {
    Map<String, Histogram> histograms = new LinkedHashMap<>();
    Map<String, ChannelMeans> means = means(graph);
    long done = 0;
    Graph observed = observed(graph);
    try (Model model = Model.of(observed);
        Session session = model.newSession(options)) {
      for (Map<String, Tensor> sample : samples) {
        Map<String, Tensor> values = new LinkedHashMap<>(sample);
        values.putAll(session.run(sample));
        values.forEach(
            (name, value) -> {
              if (value.dtype() == DType.F32) {
                histograms.computeIfAbsent(name, n -> new Histogram()).add(value);
              }
              if (means.containsKey(name)) {
                means.get(name).add(value);
              }
            });
        progress.accept(++done);
      }
    }
    if (done == 0) {
      throw new IllegalArgumentException("calibration needs at least one sample; there are none");
    }
    return new Calibration(histograms, means, done);
  }

  private static Map<String, ChannelMeans> means(Graph graph) {
    Map<String, ChannelMeans> means = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Conv || node.op() instanceof Linear) {
        boolean lastAxis = node.op() instanceof Linear;
        means.computeIfAbsent(node.input(0), name -> new ChannelMeans(lastAxis));
      }
    }
    return means;
  }

  /** The graph with every intermediate value as an output. */
  private static Graph observed(Graph graph) {
    List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
    Set<String> names = new HashSet<>(graph.outputNames());
    for (Node node : graph.nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty() && names.add(output)) {
          outputs.add(new ValueInfo(output, null, null));
        }
      }
    }
    return new Graph(graph.name(), graph.inputs(), outputs, graph.nodes(), graph.constants());
  }
}

package dev.pith.compress.quantize;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Linear;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Leaves the most sensitive layers in floating point until accuracy drops by no more than allowed.
 *
 * <p>Layers are ranked once, by the error of the outputs when that layer alone is quantized; then
 * they are kept one after the other, most harmful first, and accuracy is measured each time.
 */
public final class SensitivitySearch {

  private final SessionOptions options;
  private final List<Map<String, Tensor>> probes;

  /**
   * A search.
   *
   * @param options where models run
   * @param probes a few inputs on which output errors are compared
   */
  public SensitivitySearch(SessionOptions options, List<Map<String, Tensor>> probes) {
    this.options = options;
    this.probes = List.copyOf(probes);
  }

  /**
   * What the search found.
   *
   * @param graph the quantized graph
   * @param kept layers left in floating point, most sensitive first
   * @param accuracy accuracy of the graph, as the meter measured it
   * @param baseline accuracy before quantization, measured likewise
   */
  public record Result(Graph graph, List<String> kept, double accuracy, double baseline) {}

  /**
   * Searches.
   *
   * @param prepared the prepared floating-point graph
   * @param spec what to quantize and how; layers it keeps stay kept
   * @param accuracy measures a graph, as a fraction
   * @param baseline accuracy of the floating-point graph
   * @param maxDrop largest allowed difference, as a fraction
   * @param log told what is tried
   */
  public Result search(
      Quantizer.Prepared prepared,
      QuantizeSpec spec,
      ToDoubleFunction<Graph> accuracy,
      double baseline,
      double maxDrop,
      Consumer<String> log) {
    List<String> kept = new ArrayList<>(spec.keep());
    Graph graph = Quantizer.quantize(prepared, spec);
    double measured = accuracy.applyAsDouble(graph);
    log.accept("accuracy with all layers in int8: " + measured);
    if (isWithin(baseline - measured, maxDrop)) {
      return new Result(graph, kept, measured, baseline);
    }
    for (String layer : ranking(prepared, spec)) {
      kept.add(layer);
      graph = Quantizer.quantize(prepared, spec.withKeep(kept));
      measured = accuracy.applyAsDouble(graph);
      log.accept("accuracy with " + layer + " in floating point: " + measured);
      if (isWithin(baseline - measured, maxDrop)) {
        break;
      }
    }
    return new Result(graph, kept, measured, baseline);
  }

  /** Fractions of samples are not exact in binary: 0.7 − 0.69 is more than 0.01. */
  private static boolean isWithin(double drop, double maxDrop) {
    return drop <= maxDrop + 1e-9;
  }

  /** Names of all layers, most sensitive first. */
  List<String> ranking(Quantizer.Prepared prepared, QuantizeSpec spec) {
    List<String> layers =
        prepared.graph().nodes().stream()
            .filter(node -> node.op() instanceof Conv || node.op() instanceof Linear)
            .map(Node::name)
            .filter(name -> !spec.keeps(name))
            .toList();
    OutputError error = new OutputError(prepared.graph(), probes, options);
    record Ranked(String layer, double error) {}
    List<Ranked> ranked = new ArrayList<>();
    for (String layer : layers) {
      List<String> others = new ArrayList<>(spec.keep());
      layers.stream().filter(name -> !name.equals(layer)).forEach(others::add);
      Graph single = Quantizer.quantize(prepared, spec.withKeep(others));
      ranked.add(new Ranked(layer, error.of(single)));
    }
    ranked.sort(Comparator.comparingDouble(Ranked::error).reversed());
    return ranked.stream().map(Ranked::layer).toList();
  }
}

package dev.pith.compress.quantize;

import dev.pith.compress.calibrate.Calibration;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Post-training static quantization: layers with constant weights become QConv and QLinear, and
 * what lies between them is carried in U8 as far as there is an exact 8-bit form; everything else
 * stays in floating point behind Dequantize and Quantize. The arithmetic is that of {@link
 * dev.pith.kernels.Requantize}.
 *
 * <p>The graph should be folded and fused before, and {@link Unfuse}d: ranges are needed before
 * each nonlinear function.
 */
public final class StaticQuantization {

  private static final List<QuantizationRule> RULES =
      List.of(
          new LayerRule(),
          new AddRule(),
          new MulRule(),
          new LookupRule(),
          new PoolRule(),
          new ConcatRule(),
          new MovementRule());

  private final QuantizeSpec spec;
  private final Calibration calibration;
  private final Map<String, Scale> scales;
  private Rewriter graph;
  private final Set<Node> quantizable = new HashSet<>();
  private final List<QuantizedLayer> layers = new ArrayList<>();

  /**
   * A quantization with the given ranges.
   *
   * @param spec method, bias correction, nodes to keep
   * @param calibration observed ranges of the graph that will be quantized
   */
  public StaticQuantization(QuantizeSpec spec, Calibration calibration) {
    this(spec, calibration, Map.of());
  }

  private StaticQuantization(
      QuantizeSpec spec, Calibration calibration, Map<String, Scale> scales) {
    this.spec = spec;
    this.calibration = calibration;
    this.scales = Map.copyOf(scales);
  }

  /**
   * A quantization with given scales, without bias correction.
   *
   * @param spec nodes to keep
   * @param scales scales of values; one that has none stays in floating point
   */
  public static StaticQuantization withScales(QuantizeSpec spec, Map<String, Scale> scales) {
    return new StaticQuantization(
        spec.withBiasCorrection(false), new Calibration(Map.of(), Map.of(), 0), scales);
  }

  /** The quantized graph. */
  public Graph apply(Graph source) {
    graph = new Rewriter(source, calibration, spec.method(), scales);
    quantizable.clear();
    layers.clear();
    for (Node node : source.nodes()) {
      if (!spec.keeps(node.name()) && rule(node) != null) {
        quantizable.add(node);
      }
    }
    for (Node node : source.nodes()) {
      if (!graph.isAbsorbed(node) && !(isWorthwhile(node) && rewrite(node))) {
        graph.keep(node);
      }
    }
    return graph.finish();
  }

  private boolean rewrite(Node node) {
    return rule(node).rewrite(node, graph, this);
  }

  private boolean isWorthwhile(Node node) {
    return quantizable.contains(node)
        && (rule(node).isLayer() || node.inputs().stream().anyMatch(graph::isQuantized));
  }

  private QuantizationRule rule(Node node) {
    for (QuantizationRule rule : RULES) {
      if (rule.applies(node, graph)) {
        return rule;
      }
    }
    return null;
  }

  /** The layers that became int8 in the last {@link #apply}, in order. */
  public List<QuantizedLayer> layers() {
    return List.copyOf(layers);
  }

  /**
   * Names of U8 values in the graph of the last {@link #apply}, by the value of the source graph
   * they stand for.
   */
  public Map<String, String> quantizedNames() {
    return graph.quantizedNames();
  }

  /** Notes a layer that became int8. */
  void add(QuantizedLayer layer) {
    layers.add(layer);
  }

  /** What was asked for. */
  QuantizeSpec spec() {
    return spec;
  }

  /** Whether some reader of {@code value} will want it quantized. */
  boolean isReadQuantized(String value) {
    return graph.consumers(value).stream().anyMatch(quantizable::contains);
  }
}

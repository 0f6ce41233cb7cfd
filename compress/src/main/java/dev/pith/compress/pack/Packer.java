package dev.pith.compress.pack;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.quantized.AccumulatorBound;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpCodec;
import dev.pith.runtime.graph.ops.Ops;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Encodes the weights of convolutions and linear layers, those of nested graphs too; {@link
 * LayoutChoice} has the rule. Depthwise convolutions stay dense, as their kernels need. Depends on
 * the graph only. Stateless, thread-safe.
 */
public final class Packer {

  private Packer() {}

  /**
   * A packed graph.
   *
   * @param graph the graph with encoded weights
   * @param layers one entry for each weighted layer, in order, nested graphs behind
   */
  public record Result(Graph graph, List<PackedLayer> layers) {
    public Result {
      layers = List.copyOf(layers);
    }
  }

  /**
   * The graph with encoded weights.
   *
   * @throws IllegalArgumentException if an int8 layer's sums could overflow 32 bits; the message
   *     names the layer
   */
  public static Graph pack(Graph graph) {
    return packAndReport(graph).graph();
  }

  /** The graph with encoded weights where that is {@link KnownSpeed}, and how each is held. */
  public static Result packAndReport(Graph graph) {
    return packAndReport(graph, KnownSpeed.INSTANCE);
  }

  /**
   * The graph with encoded weights, and how each is held.
   *
   * @param judge decides which weights may leave zeros out
   */
  public static Result packAndReport(Graph graph, LayoutJudge judge) {
    List<PackedLayer> report = new ArrayList<>();
    return new Result(pack(graph, judge, report), report);
  }

  private static Graph pack(Graph graph, LayoutJudge judge, List<PackedLayer> report) {
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
    for (WeightedLayer layer : WeightedLayer.of(graph)) {
      checkSums(graph, layer);
      if (layer.weight().isDense()) {
        LayoutChoice choice = new LayoutChoice(layer.weight());
        Tensor packed =
            layer.isDepthwise() ? layer.weight() : choice.encode(allowed(layer, choice, judge));
        constants.put(layer.weightName(), packed);
        report.add(new PackedLayer(layer.name(), packed, choice.zeros()));
      }
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(node.withOp(packNested(node.op(), judge, report)));
    }
    return graph.withConstants(constants).withNodes(nodes);
  }

  private static Predicate<Layout> allowed(
      WeightedLayer layer, LayoutChoice choice, LayoutJudge judge) {
    double sparsity = (double) choice.zeros() / Math.max(1, layer.weight().shape().elementCount());
    return layout -> !layout.isSparse() || judge.allows(layer, layout, sparsity);
  }

  private static void checkSums(Graph graph, WeightedLayer layer) {
    if (layer.weight().dtype() != DType.I8) {
      return;
    }
    Node node = layer.node();
    boolean quantized = node.op() instanceof QConv || node.op() instanceof QLinear;
    try {
      AccumulatorBound.check(layer.weight(), quantized ? graph.constant(node, 3) : null);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer " + layer.name() + ": " + e.getMessage(), e);
    }
  }

  private static Op packNested(Op op, LayoutJudge judge, List<PackedLayer> report) {
    Map<String, Object> attributes = OpCodec.attributes((Record) op);
    boolean nested = attributes.values().stream().anyMatch(Graph.class::isInstance);
    if (!nested) {
      return op;
    }
    attributes.replaceAll(
        (name, value) -> value instanceof Graph inner ? pack(inner, judge, report) : value);
    return Ops.parse(op.name(), attributes);
  }
}

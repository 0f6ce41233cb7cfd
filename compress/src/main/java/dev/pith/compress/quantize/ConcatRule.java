package dev.pith.compress.quantize;

import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.QConcat;
import java.util.ArrayList;
import java.util.List;

/** Concatenations: each part is brought to the scale of the whole. */
final class ConcatRule implements QuantizationRule {

  @Override
  public boolean isLayer() {
    return false;
  }

  @Override
  public boolean applies(Node node, Rewriter graph) {
    return node.op() instanceof Concat;
  }

  @Override
  public boolean rewrite(Node node, Rewriter graph, StaticQuantization quantization) {
    Scale out = graph.calibrated(node.output(0));
    if (out == null || !node.inputs().stream().allMatch(graph::canQuantize)) {
      return false;
    }
    List<String> inputs = new ArrayList<>();
    List<Integer> zeroPoints = new ArrayList<>();
    List<Float> ratios = new ArrayList<>();
    for (String input : node.inputs()) {
      Scale scale = graph.scale(input);
      inputs.add(graph.quantized(input));
      zeroPoints.add(scale.zeroPoint());
      ratios.add((float) (scale.scale() / (double) out.scale()));
    }
    long axis = ((Concat) node.op()).axis();
    QConcat concat = new QConcat(axis, zeroPoints, ratios, out.zeroPoint());
    graph.add(node.name(), concat, inputs, graph.defineQuantized(node.output(0), out));
    return true;
  }
}

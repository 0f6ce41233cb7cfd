package dev.pith.compress.quantize;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.QAdd;
import dev.pith.runtime.graph.ops.Unary;
import java.util.List;

/** Sums of two computed values, with the ReLU behind them if there is one. */
final class AddRule implements QuantizationRule {

  @Override
  public boolean isLayer() {
    return false;
  }

  @Override
  public boolean applies(Node node, Rewriter graph) {
    return node.op() instanceof Binary binary
        && binary.function() == BinaryFunction.ADD
        && graph.constant(node, 0) == null
        && graph.constant(node, 1) == null;
  }

  @Override
  public boolean rewrite(Node node, Rewriter graph, StaticQuantization quantization) {
    String a = node.input(0);
    String b = node.input(1);
    Node relu = relu(node, graph);
    String y = relu == null ? node.output(0) : relu.output(0);
    Scale out = graph.calibrated(y);
    if (!graph.canQuantize(a) || !graph.canQuantize(b) || out == null) {
      return false;
    }
    Scale first = graph.scale(a);
    Scale second = graph.scale(b);
    QAdd add =
        new QAdd(
            first.zeroPoint(),
            (float) (first.scale() / (double) out.scale()),
            second.zeroPoint(),
            (float) (second.scale() / (double) out.scale()),
            out.zeroPoint(),
            relu == null ? 0 : out.zeroPoint(),
            255);
    List<String> inputs = List.of(graph.quantized(a), graph.quantized(b));
    graph.add(node.name(), add, inputs, graph.defineQuantized(y, out));
    if (relu != null) {
      graph.absorb(relu);
    }
    return true;
  }

  private static Node relu(Node node, Rewriter graph) {
    Node next = graph.onlyConsumer(node.output(0));
    return next != null
            && next.op() instanceof Unary unary
            && unary.function() == UnaryFunction.RELU
        ? next
        : null;
  }
}

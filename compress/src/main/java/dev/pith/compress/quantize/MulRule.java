package dev.pith.compress.quantize;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.QMul;
import java.util.List;

/** Products of two computed values (squeeze-and-excitation, gates). */
final class MulRule implements QuantizationRule {

  @Override
  public boolean isLayer() {
    return false;
  }

  @Override
  public boolean applies(Node node, Rewriter graph) {
    return node.op() instanceof Binary binary
        && binary.function() == BinaryFunction.MUL
        && graph.constant(node, 0) == null
        && graph.constant(node, 1) == null;
  }

  @Override
  public boolean rewrite(Node node, Rewriter graph, StaticQuantization quantization) {
    String a = node.input(0);
    String b = node.input(1);
    Scale out = graph.calibrated(node.output(0));
    if (!graph.canQuantize(a) || !graph.canQuantize(b) || out == null) {
      return false;
    }
    Scale first = graph.scale(a);
    Scale second = graph.scale(b);
    float ratio = (float) ((double) first.scale() * second.scale() / out.scale());
    QMul mul = new QMul(first.zeroPoint(), second.zeroPoint(), ratio, out.zeroPoint(), 0, 255);
    List<String> inputs = List.of(graph.quantized(a), graph.quantized(b));
    graph.add(node.name(), mul, inputs, graph.defineQuantized(node.output(0), out));
    return true;
  }
}

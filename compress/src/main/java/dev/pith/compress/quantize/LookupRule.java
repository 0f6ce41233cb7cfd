package dev.pith.compress.quantize;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.QLookup;
import dev.pith.runtime.graph.ops.Unary;
import java.util.List;

/** Functions of one number: a table of 256 results, rounded once. */
final class LookupRule implements QuantizationRule {

  @Override
  public boolean isLayer() {
    return false;
  }

  @Override
  public boolean applies(Node node, Rewriter graph) {
    return node.op() instanceof Unary;
  }

  @Override
  public boolean rewrite(Node node, Rewriter graph, StaticQuantization quantization) {
    String x = node.input(0);
    Scale out = graph.calibrated(node.output(0));
    if (!graph.isQuantized(x) || out == null) {
      return false;
    }
    Unary unary = (Unary) node.op();
    Scale in = graph.scale(x);
    byte[] table = new byte[256];
    for (int q = 0; q < 256; q++) {
      double y = unary.function().apply(in.real(q), unary.alpha(), unary.beta());
      table[q] = (byte) out.quantize(y);
    }
    // The scale is not needed to run; export finds the function's real values with it.
    Tensor values =
        Tensor.ofBytes(DType.U8, table, 256)
            .withQuantization(Quantization.perTensor(out.scale(), out.zeroPoint()));
    String constant = graph.constant(node.name() + "_table", values);
    graph.add(
        node.name(),
        new QLookup(),
        List.of(graph.quantized(x), constant),
        graph.defineQuantized(node.output(0), out));
    return true;
  }
}

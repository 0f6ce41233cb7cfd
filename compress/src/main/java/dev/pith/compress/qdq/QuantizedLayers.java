package dev.pith.compress.qdq;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.compress.qdq.QdqGraph.Ending;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.quantized.AccumulatorBound;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.DequantizeLinear;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers whose input and weight are dequantized become int8 layers, with the bias, the clamp and
 * the QuantizeLinear behind them; without a QuantizeLinear they return F32. The factor of output m
 * is fl32(sx · sw[m] / sy), rounded after each step as other engines do.
 *
 * <p>Weights must be symmetric: I8 with zero point 0 or U8 with 128, one scale or one for each
 * output. Others stay in floating point, because their sums would need a term for each input.
 */
public final class QuantizedLayers implements Pass {

  /** A bias rounded to the accumulator's unit may move the stored result by this part of a step. */
  private static final double BIAS_STEP = 0.25;

  @Override
  public String name() {
    return "quantized-layers";
  }

  @Override
  public Graph apply(Graph graph) {
    if (graph.nodes().stream().noneMatch(QuantizedLayers::dequantizes)) {
      return graph;
    }
    QdqGraph search = new QdqGraph(new GraphEditor(graph), GraphTypes.of(graph));
    boolean changed = false;
    for (Node node : graph.nodes()) {
      QdqProduct product = QdqProduct.of(search, node);
      changed |= product != null && rewrite(search, product);
    }
    return changed ? search.editor().toGraph() : graph;
  }

  private static boolean dequantizes(Node node) {
    return node.op() instanceof Dequantize || node.op() instanceof DequantizeLinear;
  }

  private static boolean rewrite(QdqGraph graph, QdqProduct product) {
    Stored x = graph.stored(product.node().input(0));
    if (x == null || !x.isUnsigned()) {
      return false;
    }
    Ending ending = graph.ending(product.result());
    QdqBias bias = QdqBias.of(graph, product, x.scale());
    if (bias == null) {
      return false;
    }
    int rows = product.scales().length;
    float[] ratios = new float[rows];
    for (int row = 0; row < rows; row++) {
      float scale = ending == null ? 1 : ending.scale();
      ratios[row] = QdqGraph.ratio(x.scale(), product.scales()[row], scale);
    }
    if (!bias.isExact() && (ending == null || !bias.isFineFor(ratios, BIAS_STEP))) {
      return rewriteWithoutBias(graph, product, x);
    }
    if (!fits(product, bias.units())) {
      return false;
    }
    List<String> inputs = inputs(graph, product, x, ratios);
    if (bias.units() != null) {
      inputs.add(graph.editor().addConstant(product.node().name() + "_bias", bias.units()));
    }
    if (product.sum() != null) {
      graph.editor().remove(product.sum());
    }
    Node layer = layer(product, requantize(x, ending), inputs, product.result());
    if (ending == null) {
      graph.editor().replace(layer);
    } else {
      graph.replace(layer, ending, layer);
    }
    return true;
  }

  private static boolean fits(QdqProduct product, Tensor bias) {
    return AccumulatorBound.of(product.weight(), bias) <= Integer.MAX_VALUE;
  }

  /** The layer returns F32, and a sum behind it adds what its accumulator cannot hold. */
  private static boolean rewriteWithoutBias(QdqGraph graph, QdqProduct product, Stored x) {
    if (!fits(product, null)) {
      return false;
    }
    GraphEditor editor = graph.editor();
    float[] ratios = product.scales().clone();
    for (int row = 0; row < ratios.length; row++) {
      ratios[row] = x.scale() * ratios[row];
    }
    String output = product.node().output(0);
    if (product.sum() == null) {
      String sum = output;
      output = editor.freshName(sum + "_product");
      String bias =
          editor.addConstant(product.node().name() + "_addend", product.biasBehindChannels(editor));
      editor.add(
          new Node(
              editor.freshName(product.node().name() + "_sum"),
              new Binary(BinaryFunction.ADD),
              List.of(output, bias),
              List.of(sum)));
    }
    editor.replace(layer(product, requantize(x, null), inputs(graph, product, x, ratios), output));
    return true;
  }

  private static List<String> inputs(QdqGraph graph, QdqProduct product, Stored x, float[] ratios) {
    String base = product.node().name();
    List<String> inputs = new ArrayList<>();
    inputs.add(x.name());
    inputs.add(graph.editor().addConstant(base + "_weight", product.weight()));
    inputs.add(graph.editor().addConstant(base + "_scale", Tensor.of(ratios, ratios.length)));
    return inputs;
  }

  private static Requantize requantize(Stored x, Ending ending) {
    return ending == null
        ? new Requantize(DType.F32, x.zeroPoint(), 0, 0, 0)
        : new Requantize(
            ending.op().dtype(), x.zeroPoint(), ending.zeroPoint(), ending.low(), ending.high());
  }

  private static Node layer(
      QdqProduct product, Requantize requantize, List<String> inputs, String output) {
    Op op =
        product.node().op() instanceof Conv conv
            ? new QConv(conv.window(), requantize)
            : new QLinear(requantize);
    return new Node(product.node().name(), op, inputs, List.of(output));
  }
}

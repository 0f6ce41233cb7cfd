package dev.pith.compress.qdq;

import dev.pith.compress.onnx.WeightOrder;
import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.quantized.AccumulatorBound;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.QLinearConv;
import dev.pith.runtime.graph.ops.QLinearMatMul;
import java.util.ArrayList;
import java.util.List;

/**
 * ONNX's QLinearConv and QLinearMatMul on U8, with constant symmetric weights and constant scales,
 * become the layers Pith quantizes to itself. Results are the same bit for bit.
 */
public final class IntegerLayers implements Pass {

  @Override
  public String name() {
    return "integer-layers";
  }

  @Override
  public Graph apply(Graph graph) {
    boolean any =
        graph.nodes().stream()
            .anyMatch(
                node -> node.op() instanceof QLinearConv || node.op() instanceof QLinearMatMul);
    if (!any) {
      return graph;
    }
    TypeTracker types = GraphTypes.of(graph);
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      boolean general = node.op() instanceof QLinearConv || node.op() instanceof QLinearMatMul;
      if (general && types.dtype(node.input(0)) == DType.U8 && hasConstants(graph, node)) {
        changed |= rewrite(graph, editor, node);
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  /** Whether all inputs but x are constants, with one scale for x and one for the output. */
  private static boolean hasConstants(Graph graph, Node node) {
    for (int i = 1; i < node.inputs().size(); i++) {
      if (node.hasInput(i) && graph.constant(node, i) == null) {
        return false;
      }
    }
    for (int single : new int[] {1, 2, 6, 7}) {
      if (graph.constant(node, single).shape().elementCount() != 1) {
        return false;
      }
    }
    return graph.constant(node, 1).dtype() == DType.F32;
  }

  private static boolean rewrite(Graph graph, GraphEditor editor, Node node) {
    boolean product = node.op() instanceof QLinearMatMul;
    Tensor weight = StoredConstant.symmetric(graph.constant(node, 3), zeros(graph, node));
    Tensor weightScale = graph.constant(node, 4);
    if (weight == null || product && weight.shape().rank() != 2) {
      return false;
    }
    Tensor rows = product ? WeightOrder.transposed(weight) : weight;
    int count = Math.toIntExact(rows.rows());
    long given = weightScale.shape().elementCount();
    Tensor bias = product ? null : graph.constant(node, 8);
    if (given != 1 && given != count || AccumulatorBound.of(rows, bias) > Integer.MAX_VALUE) {
      return false;
    }
    float in = (float) graph.constant(node, 1).getDouble(0);
    float out = (float) graph.constant(node, 6).getDouble(0);
    float[] ratios = new float[count];
    List<Float> scales = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      float scale = (float) weightScale.getDouble(given == 1 ? 0 : row);
      scales.add(scale);
      ratios[row] = QdqGraph.ratio(in, scale, out);
    }
    Tensor zero = graph.constant(node, 7);
    int low = zero.dtype() == DType.U8 ? 0 : -128;
    Requantize requantize =
        new Requantize(
            zero.dtype(),
            (int) graph.constant(node, 2).getLong(0),
            (int) zero.getLong(0),
            low,
            low + 255);
    List<String> inputs = new ArrayList<>();
    inputs.add(node.input(0));
    rows = rows.withQuantization(Quantization.perChannel(scales));
    inputs.add(editor.addConstant(node.input(3) + "_rows", rows));
    inputs.add(editor.addConstant(node.name() + "_scale", Tensor.of(ratios, count)));
    if (bias != null) {
      inputs.add(node.input(8));
    }
    Op op =
        node.op() instanceof QLinearConv conv
            ? new QConv(conv.window(), requantize)
            : new QLinear(requantize);
    editor.replace(new Node(node.name(), op, inputs, node.outputs()));
    return true;
  }

  private static long[] zeros(Graph graph, Node node) {
    return node.hasInput(5) ? graph.constant(node, 5).toLongs() : new long[1];
  }
}

package dev.pith.compress.qdq;

import dev.pith.compress.onnx.WeightOrder;
import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.quantized.AccumulatorBound;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.ConvInteger;
import dev.pith.runtime.graph.ops.DynamicConv;
import dev.pith.runtime.graph.ops.DynamicLinear;
import dev.pith.runtime.graph.ops.DynamicQuantizeLinear;
import dev.pith.runtime.graph.ops.MatMulInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * DynamicQuantizeLinear, an integer product with a constant symmetric weight, and the products that
 * give it back its scale become one dynamic layer.
 *
 * <p>Pith measures a range for each row (image), so that results do not depend on the batch; ONNX
 * measures one for the whole tensor. Both are the same, bit for bit, where there is one row (image)
 * only: other layers stay as they are.
 */
public final class DynamicLayers implements Pass {

  @Override
  public String name() {
    return "dynamic-layers";
  }

  @Override
  public Graph apply(Graph graph) {
    if (graph.nodes().stream().noneMatch(n -> n.op() instanceof DynamicQuantizeLinear)) {
      return graph;
    }
    Search search =
        new Search(new GraphEditor(graph), GraphTypes.of(graph, 2), GraphTypes.of(graph, 3));
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof MatMulInteger || node.op() instanceof ConvInteger) {
        changed |= search.rewrite(node);
      }
    }
    return changed ? search.editor.toGraph() : graph;
  }

  /** The nodes behind an integer product: its conversion and its multiplication by the scale. */
  private record Scaling(Node cast, Node product, float[] scales) {}

  private record Search(GraphEditor editor, TypeTracker types, TypeTracker otherTypes) {

    boolean rewrite(Node node) {
      Node quantize = editor.producer(node.input(0));
      boolean dynamic =
          quantize != null
              && quantize.op() instanceof DynamicQuantizeLinear
              && node.input(0).equals(quantize.output(0))
              && node.input(2).equals(quantize.output(2));
      Tensor weight = dynamic ? weight(node) : null;
      Scaling scaling = weight == null ? null : scaling(node, quantize, weight);
      boolean product = node.op() instanceof MatMulInteger;
      if (scaling == null
          || !isSingle(quantize.input(0), product)
          || AccumulatorBound.of(weight, null) > Integer.MAX_VALUE) {
        return false;
      }
      int rows = scaling.scales().length;
      List<Float> scales = new ArrayList<>();
      for (float scale : scaling.scales()) {
        scales.add(scale);
      }
      Tensor stored = weight.withQuantization(Quantization.perChannel(scales));
      List<String> inputs = new ArrayList<>();
      inputs.add(quantize.input(0));
      inputs.add(editor.addConstant(node.input(1) + "_rows", stored));
      inputs.add(editor.addConstant(node.name() + "_scale", Tensor.of(scaling.scales(), rows)));
      String output = scaling.product().output(0);
      Node sum = bias(output, rows, node.op());
      if (sum != null) {
        int place = editor.constant(sum, 0) != null ? 0 : 1;
        Tensor bias = editor.constant(sum, place).reshaped(Shape.of(rows));
        inputs.add(editor.addConstant(sum.input(place) + "_bias", bias));
        output = sum.output(0);
        editor.remove(sum);
      }
      editor.remove(scaling.cast());
      editor.remove(scaling.product());
      Op op =
          node.op() instanceof ConvInteger conv
              ? new DynamicConv(conv.window(), Activation.NONE)
              : new DynamicLinear(Activation.NONE);
      editor.replace(new Node(node.name(), op, inputs, List.of(output)));
      return true;
    }

    /** The weight as symmetric I8 with a row for each output, or {@code null}. */
    private Tensor weight(Node node) {
      Tensor constant = editor.constant(node, 1);
      Tensor zero = editor.constant(node, 3);
      if (constant == null || node.hasInput(3) && zero == null) {
        return null;
      }
      long[] zeros = zero == null ? new long[1] : zero.toLongs();
      Tensor weight = StoredConstant.symmetric(constant, zeros);
      if (weight == null || node.op() instanceof ConvInteger) {
        return weight;
      }
      return weight.shape().rank() == 2 ? WeightOrder.transposed(weight) : null;
    }

    /** Float(product) · (sx · sw), with sw constant; {@code null} for anything else. */
    private Scaling scaling(Node node, Node quantize, Tensor weight) {
      Node cast = editor.onlyConsumer(node.output(0));
      if (cast == null || !(cast.op() instanceof Cast to) || to.dtype() != DType.F32) {
        return null;
      }
      Node product = editor.onlyConsumer(cast.output(0));
      if (!isProduct(product)) {
        return null;
      }
      String factor = product.input(product.input(0).equals(cast.output(0)) ? 1 : 0);
      Node scale = editor.producer(factor);
      if (!isProduct(scale)) {
        return null;
      }
      int place = scale.input(0).equals(quantize.output(1)) ? 1 : 0;
      Tensor constant = editor.constant(scale, place);
      int rows = Math.toIntExact(weight.rows());
      if (constant == null
          || !scale.input(1 - place).equals(quantize.output(1))
          || !isAlongOutputs(constant, rows, node.op())) {
        return null;
      }
      float[] scales = new float[rows];
      if (constant.shape().elementCount() == 1) {
        Arrays.fill(scales, (float) constant.getDouble(0));
      } else {
        scales = constant.toFloats();
      }
      return new Scaling(cast, product, scales);
    }

    private static boolean isProduct(Node node) {
      return node != null
          && node.op() instanceof Binary binary
          && binary.function() == BinaryFunction.MUL;
    }

    /** Whether the constant has one element, or one for each output along their axis. */
    private static boolean isAlongOutputs(Tensor constant, int rows, Op op) {
      Shape shape = constant.shape();
      int behind = op instanceof ConvInteger conv ? conv.window().strides().size() : 0;
      int rank = op instanceof ConvInteger ? behind + 2 : 2;
      int axis = shape.rank() - 1 - behind;
      boolean single = shape.elementCount() == 1;
      return constant.dtype() == DType.F32
          && shape.rank() <= rank
          && (single || axis >= 0 && shape.elementCount() == rows && shape.dim(axis) == rows);
    }

    /** The node that adds a bias to {@code value}, or {@code null}. */
    private Node bias(String value, int rows, Op op) {
      Node sum = editor.onlyConsumer(value);
      if (sum == null
          || !(sum.op() instanceof Binary binary)
          || binary.function() != BinaryFunction.ADD) {
        return null;
      }
      Tensor constant = editor.constant(sum, editor.constant(sum, 0) != null ? 0 : 1);
      boolean fits =
          constant != null
              && constant.shape().elementCount() == rows
              && isAlongOutputs(constant, rows, op);
      return fits ? sum : null;
    }

    /** Whether there is one row (or image) whatever the batch. */
    private boolean isSingle(String value, boolean rows) {
      for (TypeTracker sample : List.of(types, otherTypes)) {
        TensorType type = sample.sampleType(value);
        if (type == null || type.shape().rank() < 2) {
          return false;
        }
        Shape shape = type.shape();
        long count = rows ? shape.elementCount(0, shape.rank() - 1) : shape.dim(0);
        if (count != 1) {
          return false;
        }
      }
      return true;
    }
  }
}

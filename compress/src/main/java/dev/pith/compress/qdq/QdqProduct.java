package dev.pith.compress.qdq;

import dev.pith.compress.onnx.WeightOrder;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.MatMul;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A floating-point product with a symmetric quantized weight, and the sum behind it if that adds a
 * vector over the outputs.
 *
 * @param node a convolution, a linear layer or a matrix product
 * @param weight I8, one row for each output, with its scales
 * @param scales the scale of each row
 * @param sum the node that adds the bias, or {@code null}
 * @param bias name of the bias, which may be behind DequantizeLinear; empty for none
 */
record QdqProduct(Node node, Tensor weight, float[] scales, Node sum, String bias) {

  /**
   * The product {@code node} is, or {@code null} if it is none or its weight is not of the kind.
   */
  static QdqProduct of(QdqGraph graph, Node node) {
    return switch (node.op()) {
      case Conv conv ->
          conv.activation().kind() != Activation.Kind.NONE || node.hasInput(3)
              ? null
              : of(graph, node, 0, 1, node.input(2));
      case Linear linear ->
          linear.activation().kind() != Activation.Kind.NONE || node.hasInput(3)
              ? null
              : of(graph, node, 0, 1, node.input(2));
      case MatMul op ->
          op.transposeA() || !(op.alpha() > 0)
              ? null
              : of(graph, node, op.transposeB() ? 0 : 1, op.alpha(), "");
      default -> null;
    };
  }

  private static QdqProduct of(
      QdqGraph graph, Node node, int outputAxis, float factor, String bias) {
    StoredConstant stored = StoredConstant.of(graph.editor(), node.input(1));
    Tensor weight = stored == null ? null : stored.symmetric();
    if (weight == null || node.op() instanceof MatMul && weight.shape().rank() != 2) {
      return null;
    }
    float[] scales = stored.scalesOf(Math.toIntExact(weight.shape().dim(outputAxis)), outputAxis);
    if (scales == null) {
      return null;
    }
    List<Float> list = new ArrayList<>();
    for (int row = 0; row < scales.length; row++) {
      scales[row] *= factor;
      list.add(scales[row]);
    }
    Tensor rows = outputAxis == 1 ? WeightOrder.transposed(weight) : weight;
    rows = rows.withQuantization(Quantization.perChannel(list));
    Node sum = node.op() instanceof MatMul ? sum(graph, node, scales.length) : null;
    String addend = sum == null ? bias : other(sum, node.output(0));
    return new QdqProduct(node, rows, scales, sum, addend);
  }

  private static String other(Node sum, String value) {
    return sum.input(sum.input(0).equals(value) ? 1 : 0);
  }

  /** The node that adds a constant vector over the outputs to the product, or {@code null}. */
  private static Node sum(QdqGraph graph, Node node, int rows) {
    Node next = graph.editor().onlyConsumer(node.output(0));
    if (next == null
        || !(next.op() instanceof Binary binary)
        || binary.function() != BinaryFunction.ADD
        || next.input(0).equals(next.input(1))) {
      return null;
    }
    Tensor addend = vector(graph.editor(), other(next, node.output(0)));
    if (addend == null) {
      return null;
    }
    Shape shape = addend.shape();
    boolean along = shape.elementCount() == 1 || shape.rank() > 0 && shape.dim(-1) == rows;
    boolean fits =
        along
            && (shape.elementCount() == rows || shape.elementCount() == 1)
            && shape.rank() <= Math.max(1, graph.types().rank(node.output(0)));
    return fits ? next : null;
  }

  /** The constant {@code value} is, in floating point or behind DequantizeLinear. */
  static Tensor vector(GraphEditor editor, String value) {
    Tensor constant = editor.constants().get(value);
    if (constant != null) {
      return constant.dtype().isFloat() && constant.isDense() ? constant : null;
    }
    StoredConstant stored = StoredConstant.of(editor, value);
    return stored == null ? null : stored.integers();
  }

  /** The bias in F32, of a shape that broadcasts along the output's channels. */
  Tensor biasBehindChannels(GraphEditor editor) {
    StoredConstant stored = StoredConstant.of(editor, bias);
    float[] values = vector(editor, bias).toFloats();
    for (int i = 0; i < values.length && stored != null; i++) {
      values[i] = (float) stored.real(i);
    }
    int behind = node.op() instanceof Conv conv ? conv.window().strides().size() : 0;
    long[] dims = new long[1 + behind];
    Arrays.fill(dims, 1);
    dims[0] = values.length;
    return Tensor.of(values, dims);
  }

  /** Name of the product with its bias. */
  String result() {
    return (sum == null ? node : sum).output(0);
  }
}

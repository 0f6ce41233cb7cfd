package dev.pith.compress.onnx;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Unary;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalization with stored statistics: {@code y = (x − mean) / √(variance + ε) · scale +
 * bias}, for each channel a product and a sum.
 */
final class BatchNormOps {

  static final List<OnnxOp> ALL = List.of(OnnxOp.of("BatchNormalization", BatchNormOps::normalize));

  private BatchNormOps() {}

  private static void normalize(OnnxNode node, GraphBuilder graph) {
    if (node.flag("training_mode", false) || node.hasOutput(1)) {
      throw node.refuse("it computes statistics as in training; export the model for inference");
    }
    if (node.opset() < 9 && !node.flag("spatial", true)) {
      throw node.refuse("spatial=0 normalizes every element by itself, which is not supported");
    }
    long[] shape = new long[Math.max(1, node.requireRank(0) - 1)];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    float epsilon = node.floating("epsilon", 1e-5f);
    String x = graph.toFloat(node.input(0));
    boolean constant = true;
    for (int i = 1; i < 5; i++) {
      constant &= node.constant(i) != null;
    }
    String sum =
        constant
            ? constants(node, graph, x, shape, epsilon)
            : computed(node, graph, x, shape, epsilon);
    graph.aliasAs(node, node.dtype(0), sum);
  }

  private static String constants(
      OnnxNode node, GraphBuilder graph, String x, long[] shape, float epsilon) {
    Tensor scale = node.constant(1);
    int channels = Math.toIntExact(scale.shape().elementCount());
    float[] factor = new float[channels];
    float[] offset = new float[channels];
    for (int i = 0; i < channels; i++) {
      double variance = node.constant(4).getDouble(i) + epsilon;
      double a = scale.getDouble(i) / Math.sqrt(variance);
      factor[i] = (float) a;
      offset[i] = (float) (node.constant(2).getDouble(i) - node.constant(3).getDouble(i) * a);
    }
    long[] dims = shape.clone();
    dims[0] = channels;
    String product = binary(graph, BinaryFunction.MUL, x, graph.constant(Tensor.of(factor, dims)));
    return binary(graph, BinaryFunction.ADD, product, graph.constant(Tensor.of(offset, dims)));
  }

  private static String computed(
      OnnxNode node, GraphBuilder graph, String x, long[] shape, float epsilon) {
    String target = graph.longs(shape);
    String[] parameters = new String[5];
    for (int i = 1; i < 5; i++) {
      String vector = graph.toFloat(node.input(i));
      parameters[i] = graph.add(new Reshape(false), vector, target);
    }
    String variance =
        binary(graph, BinaryFunction.ADD, parameters[4], graph.scalar(DType.F32, epsilon));
    String deviation = graph.add(Unary.of(UnaryFunction.SQRT), variance);
    String centred = binary(graph, BinaryFunction.SUB, x, parameters[3]);
    String normal = binary(graph, BinaryFunction.DIV, centred, deviation);
    String scaled = binary(graph, BinaryFunction.MUL, normal, parameters[1]);
    return binary(graph, BinaryFunction.ADD, scaled, parameters[2]);
  }

  private static String binary(GraphBuilder graph, BinaryFunction function, String a, String b) {
    return graph.add(new Binary(function), a, b);
  }
}

package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.Identity;
import java.util.List;

/** Constants, and operators that do nothing when a model runs. */
final class ConstantOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("Constant", ConstantOps::constant),
          OnnxOp.of("Identity", (node, graph) -> graph.same(node, new Identity())));

  private ConstantOps() {}

  private static void constant(OnnxNode node, GraphBuilder graph) {
    graph.define(node.output(0), value(node));
  }

  private static Tensor value(OnnxNode node) {
    if (node.has("value")) {
      return node.tensor("value");
    }
    if (node.has("value_float")) {
      return Tensor.scalar(node.floating("value_float", 0));
    }
    if (node.has("value_int")) {
      return Tensor.scalar(node.integer("value_int", 0));
    }
    if (node.has("value_floats")) {
      List<Float> list = node.floats("value_floats", List.of());
      float[] values = new float[list.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = list.get(i);
      }
      return Tensor.of(values, values.length);
    }
    if (node.has("value_ints")) {
      long[] values =
          node.longs("value_ints", List.of()).stream().mapToLong(Long::longValue).toArray();
      return Tensor.of(values, values.length);
    }
    if (node.has("sparse_value")) {
      return node.sparseTensor("sparse_value");
    }
    throw node.refuse("its value is text or missing");
  }
}

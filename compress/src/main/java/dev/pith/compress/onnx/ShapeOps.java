package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.EyeLike;
import dev.pith.runtime.graph.ops.Range;
import dev.pith.runtime.graph.ops.ShapeOf;
import dev.pith.runtime.graph.ops.SizeOf;
import java.util.List;

/** Values that follow from shapes, and tensors made from nothing but a shape. */
final class ShapeOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("Shape", ShapeOps::shape),
          OnnxOp.of("Size", (node, graph) -> graph.same(node, new SizeOf())),
          OnnxOp.of("ConstantOfShape", ShapeOps::constantOfShape),
          OnnxOp.of("Range", (node, graph) -> graph.same(node, new Range())),
          OnnxOp.of("EyeLike", ShapeOps::eyeLike));

  private ShapeOps() {}

  private static void shape(OnnxNode node, GraphBuilder graph) {
    long start = node.integer("start", 0);
    graph.same(node, new ShapeOf(start, node.integer("end", Long.MAX_VALUE)));
  }

  private static void constantOfShape(OnnxNode node, GraphBuilder graph) {
    Tensor value = node.tensor("value");
    if (value != null && value.shape().elementCount() != 1) {
      throw node.refuse("its value is " + value + ", not one element");
    }
    String one =
        value == null ? graph.scalar(DType.F32, 0) : graph.constant(value.reshaped(Shape.SCALAR));
    graph.output(node, new Expand(), one, node.input(0));
  }

  private static void eyeLike(OnnxNode node, GraphBuilder graph) {
    DType dtype = node.dtype("dtype", node.dtype(0));
    if (dtype == null) {
      throw node.refuse("the element type of its input cannot be found");
    }
    graph.same(node, new EyeLike(dtype, node.integer("k", 0)));
  }
}

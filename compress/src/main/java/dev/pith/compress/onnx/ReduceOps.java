package dev.pith.compress.onnx;

import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.runtime.graph.ops.ArgReduce;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Softmax;
import dev.pith.runtime.graph.ops.TopK;
import java.util.List;

/** Reductions along axes, softmax, and searches along an axis. */
final class ReduceOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("ReduceSum", (node, graph) -> reduce(node, graph, ReduceFunction.SUM)),
          OnnxOp.of("ReduceMean", (node, graph) -> reduce(node, graph, ReduceFunction.MEAN)),
          OnnxOp.of("ReduceMax", (node, graph) -> reduce(node, graph, ReduceFunction.MAX)),
          OnnxOp.of("ReduceMin", (node, graph) -> reduce(node, graph, ReduceFunction.MIN)),
          OnnxOp.of("ReduceProd", (node, graph) -> reduce(node, graph, ReduceFunction.PROD)),
          OnnxOp.of("ReduceL1", (node, graph) -> reduce(node, graph, ReduceFunction.L1)),
          OnnxOp.of("ReduceL2", (node, graph) -> reduce(node, graph, ReduceFunction.L2)),
          OnnxOp.of("ReduceLogSum", (node, graph) -> reduce(node, graph, ReduceFunction.LOG_SUM)),
          OnnxOp.of(
              "ReduceLogSumExp", (node, graph) -> reduce(node, graph, ReduceFunction.LOG_SUM_EXP)),
          OnnxOp.of(
              "ReduceSumSquare", (node, graph) -> reduce(node, graph, ReduceFunction.SUM_SQUARE)),
          OnnxOp.of("ArgMax", (node, graph) -> arg(node, graph, true)),
          OnnxOp.of("ArgMin", (node, graph) -> arg(node, graph, false)),
          OnnxOp.of("TopK", ReduceOps::topK),
          OnnxOp.of("Softmax", (node, graph) -> softmax(node, graph, SoftmaxFunction.SOFTMAX)),
          OnnxOp.of(
              "LogSoftmax", (node, graph) -> softmax(node, graph, SoftmaxFunction.LOG_SOFTMAX)),
          OnnxOp.of("Hardmax", (node, graph) -> softmax(node, graph, SoftmaxFunction.HARDMAX)));

  private ReduceOps() {}

  private static void reduce(OnnxNode node, GraphBuilder graph, ReduceFunction function) {
    Reduce op =
        new Reduce(
            function,
            node.longs("axes", List.of()),
            node.flag("keepdims", true),
            node.flag("noop_with_empty_axes", false));
    graph.same(node, op);
  }

  private static void arg(OnnxNode node, GraphBuilder graph, boolean largest) {
    ArgReduce op =
        new ArgReduce(
            largest,
            node.integer("axis", 0),
            node.flag("keepdims", true),
            node.flag("select_last_index", false));
    graph.same(node, op);
  }

  /** Before opset 10 k is an attribute. The order of an unsorted result is free. */
  private static void topK(OnnxNode node, GraphBuilder graph) {
    TopK op = new TopK(node.integer("axis", -1), node.flag("largest", true));
    String k = node.has("k") ? graph.longs(node.integer("k", 1)) : node.input(1);
    graph.write(op, List.of(node.input(0), k), node.outputs());
  }

  /** Before opset 13 a row takes in all axes behind the given one. */
  private static void softmax(OnnxNode node, GraphBuilder graph, SoftmaxFunction function) {
    boolean flattened = node.opset() < 13;
    graph.same(node, new Softmax(function, node.integer("axis", flattened ? 1 : -1), flattened));
  }
}

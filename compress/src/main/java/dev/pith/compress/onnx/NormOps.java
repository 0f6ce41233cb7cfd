package dev.pith.compress.onnx;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Lrn;
import dev.pith.runtime.graph.ops.Normalize;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.List;

/** Normalization. What is neither hot nor simple is composed of reductions and arithmetic. */
final class NormOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("BatchNormalization", NormOps::batch),
          OnnxOp.of("InstanceNormalization", NormOps::instance),
          OnnxOp.of("GroupNormalization", NormOps::group),
          OnnxOp.of("LayerNormalization", (node, graph) -> layer(node, graph, true)),
          OnnxOp.of("RMSNormalization", (node, graph) -> layer(node, graph, false)),
          OnnxOp.of("LpNormalization", NormOps::lp),
          OnnxOp.of("MeanVarianceNormalization", NormOps::meanVariance),
          OnnxOp.of("LRN", NormOps::lrn));

  private NormOps() {}

  static String binary(GraphBuilder graph, BinaryFunction function, String a, String b) {
    return graph.add(new Binary(function), a, b);
  }

  /** The element type of input {@code index}, which must be known. */
  static DType requireDtype(OnnxNode node, int index) {
    DType dtype = node.dtype(index);
    if (dtype == null) {
      throw node.refuse("the type of input " + index + " cannot be found");
    }
    return dtype;
  }

  private static void batch(OnnxNode node, GraphBuilder graph) {
    float epsilon = node.floating("epsilon", 1e-5f);
    if (!node.flag("training_mode", false)) {
      for (int i = 1; i < node.outputCount(); i++) {
        if (node.hasOutput(i)) {
          throw node.refuse("it asks for statistics of training (output " + i + ")");
        }
      }
      graph.output(node, new BatchNorm(epsilon), node.inputs().toArray(String[]::new));
      return;
    }
    List<Long> axes = new ArrayList<>(List.of(0L));
    for (long i = 2; i < node.requireRank(0); i++) {
      axes.add(i);
    }
    String x = node.input(0);
    Reduce kept = new Reduce(ReduceFunction.MEAN, axes, true, true);
    String difference = binary(graph, BinaryFunction.SUB, x, graph.add(kept, x));
    Reduce means = new Reduce(ReduceFunction.MEAN, axes, false, true);
    String mean = graph.add(means, x);
    String squares = binary(graph, BinaryFunction.MUL, difference, difference);
    String variance = graph.add(means, squares);
    graph.output(node, new BatchNorm(epsilon), x, node.input(1), node.input(2), mean, variance);
    running(node, graph, 1, node.input(3), mean);
    running(node, graph, 2, node.input(4), variance);
  }

  /** Output {@code index}: old · momentum + now · (1 − momentum). */
  private static void running(
      OnnxNode node, GraphBuilder graph, int index, String old, String now) {
    if (node.hasOutput(index)) {
      float momentum = node.floating("momentum", 0.9f);
      DType dtype = requireDtype(node, 3);
      String a = binary(graph, BinaryFunction.MUL, old, graph.scalar(dtype, momentum));
      String b = binary(graph, BinaryFunction.MUL, now, graph.scalar(dtype, 1 - momentum));
      graph.write(new Binary(BinaryFunction.ADD), List.of(a, b), List.of(node.output(index)));
    }
  }

  private static void instance(OnnxNode node, GraphBuilder graph) {
    float epsilon = node.floating("epsilon", 1e-5f);
    graph.same(node, new Normalize(Normalize.Rows.GROUPS, 0, 0, true, epsilon));
  }

  /** Before opset 21 scale and bias belong to groups. */
  private static void group(OnnxNode node, GraphBuilder graph) {
    long groups = node.integer("num_groups", 0);
    if (groups < 1) {
      throw node.refuse("num_groups is " + groups + "; 1 or more are needed");
    }
    Normalize op =
        new Normalize(Normalize.Rows.GROUPS, 0, groups, true, node.floating("epsilon", 1e-5f));
    if (node.opset() >= 21) {
      graph.same(node, op);
      return;
    }
    // The groups become the channels of an image [N, groups, rest].
    String x = node.input(0);
    Shape shape = node.shape(0);
    if (shape == null) {
      throw node.refuse(
          "before opset 21 its scale belongs to groups, which needs the extents of its input");
    }
    long rest = shape.elementCount() / (shape.dim(0) * groups);
    String grouped = graph.add(new Reshape(false), x, graph.longs(shape.dim(0), groups, rest));
    String y = graph.add(op, grouped, node.input(1), node.input(2));
    graph.output(node, new Reshape(false), y, graph.longs(shape.dims()));
  }

  /**
   * Where scale and bias broadcast instead of having the extents of a row, they are multiplied and
   * added by nodes of their own.
   */
  private static void layer(OnnxNode node, GraphBuilder graph, boolean centered) {
    long axis = node.integer("axis", -1);
    Normalize op =
        new Normalize(Normalize.Rows.AXES, axis, 0, centered, node.floating("epsilon", 1e-5f));
    int rank = node.requireRank(0);
    long extents = axis < 0 ? -axis : rank - axis;
    if (fits(node, 1, extents) && (!node.hasInput(2) || fits(node, 2, extents))) {
      graph.same(node, op);
      return;
    }
    List<String> outputs = new ArrayList<>(node.outputs());
    outputs.set(0, graph.fresh(node.output(0) + "_normalized"));
    graph.write(op, List.of(node.input(0)), outputs);
    Binary multiply = new Binary(BinaryFunction.MUL);
    if (!node.hasInput(2)) {
      graph.output(node, multiply, outputs.get(0), node.input(1));
      return;
    }
    String scaled = graph.add(multiply, outputs.get(0), node.input(1));
    graph.output(node, new Binary(BinaryFunction.ADD), scaled, node.input(2));
  }

  /**
   * Whether input {@code index} surely has an element for each of a row of {@code extents} axes.
   */
  private static boolean fits(OnnxNode node, int index, long extents) {
    Shape shape = node.shape(index);
    Shape x = node.shape(0);
    if (shape == null || x == null) {
      // The usual export: extents of one axis, of which only the row's can be meant.
      return node.rank(index) == extents && shape != null && !isOnes(shape);
    }
    return shape.rank() == extents
        && shape.elementCount() == x.elementCount(Math.toIntExact(x.rank() - extents), x.rank());
  }

  private static boolean isOnes(Shape shape) {
    for (long dim : shape.dims()) {
      if (dim == 1) {
        return true;
      }
    }
    return false;
  }

  private static void lp(OnnxNode node, GraphBuilder graph) {
    long p = node.integer("p", 2);
    if (p != 1 && p != 2) {
      throw node.refuse("p is " + p + "; ONNX defines 1 and 2");
    }
    ReduceFunction function = p == 1 ? ReduceFunction.L1 : ReduceFunction.L2;
    Reduce reduce = new Reduce(function, List.of(node.integer("axis", -1)), true, true);
    String norm = graph.add(reduce, node.input(0));
    DType dtype = requireDtype(node, 0);
    // A vector of zeros stays one.
    double smallest = dtype == DType.F16 ? 6e-8 : Float.MIN_NORMAL;
    String safe = binary(graph, BinaryFunction.MAX, norm, graph.scalar(dtype, smallest));
    graph.output(node, new Binary(BinaryFunction.DIV), node.input(0), safe);
  }

  private static void meanVariance(OnnxNode node, GraphBuilder graph) {
    List<Long> axes = node.longs("axes", List.of(0L, 2L, 3L));
    Reduce mean = new Reduce(ReduceFunction.MEAN, axes, true, true);
    String x = node.input(0);
    String difference = binary(graph, BinaryFunction.SUB, x, graph.add(mean, x));
    String squares = binary(graph, BinaryFunction.MUL, difference, difference);
    String deviation = graph.add(Unary.of(UnaryFunction.SQRT), graph.add(mean, squares));
    String small = graph.scalar(requireDtype(node, 0), 1e-9);
    String divisor = binary(graph, BinaryFunction.ADD, deviation, small);
    graph.output(node, new Binary(BinaryFunction.DIV), difference, divisor);
  }

  private static void lrn(OnnxNode node, GraphBuilder graph) {
    Lrn op =
        new Lrn(
            node.integer("size", 1),
            node.floating("alpha", 1e-4f),
            node.floating("beta", 0.75f),
            node.floating("bias", 1));
    graph.same(node, op);
  }
}

package dev.pith.compress.onnx;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.ShapeOf;
import dev.pith.runtime.graph.ops.Unary;
import java.util.List;

/** Functions that networks put between layers. */
final class ActivationOps {

  private static final float SELU_ALPHA = 1.6732632f;
  private static final float SELU_GAMMA = 1.050701f;

  static final List<OnnxOp> ALL =
      List.of(
          plain("Relu", UnaryFunction.RELU),
          plain("Sigmoid", UnaryFunction.SIGMOID),
          plain("HardSwish", UnaryFunction.HARD_SWISH),
          plain("Softplus", UnaryFunction.SOFTPLUS),
          plain("Softsign", UnaryFunction.SOFTSIGN),
          plain("Mish", UnaryFunction.MISH),
          of("LeakyRelu", UnaryFunction.LEAKY_RELU, "alpha", 0.01f, "", 0),
          of("ThresholdedRelu", UnaryFunction.THRESHOLDED_RELU, "alpha", 1, "", 0),
          of("Elu", UnaryFunction.ELU, "alpha", 1, "", 0),
          of("Selu", UnaryFunction.SELU, "alpha", SELU_ALPHA, "gamma", SELU_GAMMA),
          of("Celu", UnaryFunction.CELU, "alpha", 1, "", 0),
          of("HardSigmoid", UnaryFunction.HARD_SIGMOID, "alpha", 0.2f, "beta", 0.5f),
          of("Shrink", UnaryFunction.SHRINK, "lambd", 0.5f, "bias", 0),
          OnnxOp.of("PRelu", (node, graph) -> graph.same(node, new Binary(BinaryFunction.PRELU))),
          OnnxOp.of("Gelu", ActivationOps::gelu),
          OnnxOp.microsoft("Gelu", ActivationOps::gelu),
          OnnxOp.of("Swish", (node, graph) -> swish(node, graph, 1)),
          OnnxOp.of("SwiGLU", ActivationOps::swiGlu),
          OnnxOp.microsoft("QuickGelu", (node, graph) -> swish(node, graph, 1.702f)),
          OnnxOp.of("Clip", ActivationOps::clip),
          OnnxOp.of("Dropout", ActivationOps::dropout));

  private ActivationOps() {}

  private static OnnxOp plain(String type, UnaryFunction function) {
    return OnnxOp.of(type, (node, graph) -> graph.same(node, Unary.of(function)));
  }

  private static OnnxOp of(
      String type, UnaryFunction function, String first, float alpha, String second, float beta) {
    return OnnxOp.of(
        type,
        (node, graph) ->
            graph.same(
                node,
                new Unary(function, node.floating(first, alpha), node.floating(second, beta))));
  }

  private static void gelu(OnnxNode node, GraphBuilder graph) {
    String form = node.string("approximate", "none");
    switch (form) {
      case "none" -> graph.same(node, Unary.of(UnaryFunction.GELU));
      case "tanh" -> graph.same(node, Unary.of(UnaryFunction.GELU_TANH));
      default -> throw node.refuse("approximate is '" + form + "', not none or tanh");
    }
  }

  private static void swish(OnnxNode node, GraphBuilder graph, float standard) {
    graph.same(node, swish(node.floating("alpha", standard)));
  }

  private static Unary swish(float alpha) {
    return alpha == 1 ? Unary.of(UnaryFunction.SILU) : new Unary(UnaryFunction.SWISH, alpha, 0);
  }

  private static void swiGlu(OnnxNode node, GraphBuilder graph) {
    String gate = graph.add(swish(node.floating("alpha", 1)), node.input(0));
    graph.output(node, new Binary(BinaryFunction.MUL), gate, node.input(1));
  }

  /** Bounds are attributes before operator set 11 and optional inputs since. */
  private static void clip(OnnxNode node, GraphBuilder graph) {
    if (node.opset() < 11) {
      float low = node.floating("min", Float.NEGATIVE_INFINITY);
      float high = node.floating("max", Float.POSITIVE_INFINITY);
      graph.output(node, new Unary(UnaryFunction.CLIP, low, high), node.input(0));
      return;
    }
    boolean isFloat = node.dtype(0) != null && node.dtype(0).isFloat();
    if (isFloat && isSingle(node, 1) && isSingle(node, 2)) {
      float low = bound(node, 1, Float.NEGATIVE_INFINITY);
      float high = bound(node, 2, Float.POSITIVE_INFINITY);
      graph.output(node, new Unary(UnaryFunction.CLIP, low, high), node.input(0));
      return;
    }
    String value = node.input(0);
    if (node.hasInput(1)) {
      value = graph.add(new Binary(BinaryFunction.MAX), value, node.input(1));
    }
    if (node.hasInput(2)) {
      value = graph.add(new Binary(BinaryFunction.MIN), value, node.input(2));
    }
    graph.alias(node, value);
  }

  /** Whether a bound is absent, or a constant that a float holds exactly. */
  private static boolean isSingle(OnnxNode node, int index) {
    Tensor value = node.constant(index);
    return !node.hasInput(index)
        || value != null
            && value.shape().elementCount() == 1
            && (float) value.getDouble(0) == value.getDouble(0);
  }

  private static float bound(OnnxNode node, int index, float other) {
    return node.hasInput(index) ? (float) node.constant(index).getDouble(0) : other;
  }

  /** Nothing is dropped when a model runs; the mask is all ones. */
  private static void dropout(OnnxNode node, GraphBuilder graph) {
    if (node.hasInput(2)) {
      boolean trains = node.requireConstant(2, "training mode").getLong(0) != 0;
      double ratio =
          !trains || !node.hasInput(1) ? 0.5 : node.requireConstant(1, "ratio").getDouble(0);
      if (trains && ratio != 0) {
        throw node.refuse("it is in training mode, with ratio " + ratio);
      }
    }
    graph.alias(node, node.input(0));
    if (node.hasOutput(1)) {
      DType dtype = node.opset() < 10 ? node.dtype(0) : DType.BOOL;
      if (dtype == null) {
        throw node.refuse("the element type of its mask cannot be found");
      }
      String one = graph.add(new Cast(dtype), graph.scalar(DType.BOOL, 1));
      String shape = graph.add(ShapeOf.ALL, node.input(0));
      graph.write(new Expand(), List.of(one, shape), List.of(node.output(1)));
    }
  }
}

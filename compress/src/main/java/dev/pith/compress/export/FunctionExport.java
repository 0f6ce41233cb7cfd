package dev.pith.compress.export;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Unary;
import dev.pith.runtime.graph.ops.Where;
import java.util.List;
import java.util.Locale;

/** Functions of elements. */
final class FunctionExport {

  static final List<ExportRule> ALL =
      List.of(
          ExportRule.of(
              Unary.class,
              (op, node, model) ->
                  unary(
                      op.function(),
                      op.alpha(),
                      op.beta(),
                      node,
                      node.output(0),
                      model.use(node.input(0)),
                      model)),
          ExportRule.of(Binary.class, FunctionExport::binary),
          ExportRule.of(
              Cast.class,
              (op, node, model) ->
                  model.same(
                      node,
                      "Cast",
                      Attributes.none().integer("to", ExportContext.number(op.dtype())))),
          ExportRule.same(Where.class, "Where"));

  private FunctionExport() {}

  private static void binary(Binary op, Node node, ExportContext model) {
    String onnx =
        switch (op.function()) {
          case SUB -> "Sub";
          case MUL -> "Mul";
          case ADD -> "Add";
          case DIV -> "Div";
          case POW -> "Pow";
          case MOD, REMAINDER -> "Mod";
          case MIN -> "Min";
          case MAX -> "Max";
          case PRELU -> "PRelu";
          case AND -> "And";
          case OR -> "Or";
          case XOR -> "Xor";
          case BITWISE_AND -> "BitwiseAnd";
          case BITWISE_OR -> "BitwiseOr";
          case BITWISE_XOR -> "BitwiseXor";
          case SHIFT_LEFT, SHIFT_RIGHT -> "BitShift";
          case EQUAL -> "Equal";
          case LESS -> "Less";
          case GREATER -> "Greater";
          case LESS_OR_EQUAL -> "LessOrEqual";
          case GREATER_OR_EQUAL -> "GreaterOrEqual";
        };
    Attributes attributes = Attributes.none();
    if (op.function() == BinaryFunction.SHIFT_LEFT || op.function() == BinaryFunction.SHIFT_RIGHT) {
      boolean left = op.function() == BinaryFunction.SHIFT_LEFT;
      attributes.text("direction", left ? "LEFT" : "RIGHT");
    } else if (op.function() == BinaryFunction.REMAINDER) {
      attributes.integer("fmod", 1);
    }
    model.same(node, onnx, attributes);
  }

  /** Writes one function of {@code x} under the name {@code y}. */
  static void unary(
      UnaryFunction function,
      float alpha,
      float beta,
      Node node,
      String y,
      String x,
      ExportContext model) {
    String name = model.freshName(node.name() + "_" + function.name().toLowerCase(Locale.ROOT));
    DType dtype = model.dtype(node.input(0));
    switch (function) {
      case CLIP ->
          model.node(
              "Clip",
              name,
              List.of(
                  x,
                  model.scalar(name + "_low", dtype, alpha),
                  model.scalar(name + "_high", dtype, beta)),
              List.of(y),
              Attributes.none());
      case SILU, SWISH -> {
        String scaled = x;
        if (function == UnaryFunction.SWISH) {
          String factor = model.scalar(name + "_alpha", dtype, alpha);
          scaled = model.node("Mul", name + "_scaled", Attributes.none(), x, factor);
        }
        String gate = model.node("Sigmoid", name + "_gate", Attributes.none(), scaled);
        model.node("Mul", name, List.of(x, gate), List.of(y), Attributes.none());
      }
      default ->
          model.node(
              onnx(function), name, List.of(x), List.of(y), attributes(function, alpha, beta));
    }
  }

  private static Attributes attributes(UnaryFunction function, float alpha, float beta) {
    Attributes attributes = Attributes.none();
    return switch (function) {
      case LEAKY_RELU, ELU, CELU, THRESHOLDED_RELU -> attributes.number("alpha", alpha);
      case SELU -> attributes.number("alpha", alpha).number("gamma", beta);
      case HARD_SIGMOID -> attributes.number("alpha", alpha).number("beta", beta);
      case SHRINK -> attributes.number("lambd", alpha).number("bias", beta);
      case GELU_TANH -> attributes.text("approximate", "tanh");
      case IS_INF ->
          attributes.flag("detect_negative", alpha != 0).flag("detect_positive", beta != 0);
      default -> attributes;
    };
  }

  private static String onnx(UnaryFunction function) {
    return switch (function) {
      case LEAKY_RELU -> "LeakyRelu";
      case THRESHOLDED_RELU -> "ThresholdedRelu";
      case HARD_SIGMOID -> "HardSigmoid";
      case HARD_SWISH -> "HardSwish";
      case GELU, GELU_TANH -> "Gelu";
      case BITWISE_NOT -> "BitwiseNot";
      case IS_NAN -> "IsNaN";
      case IS_INF -> "IsInf";
      default -> {
        String name = function.name();
        yield name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
      }
    };
  }
}

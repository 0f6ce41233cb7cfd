package dev.pith.compress.onnx;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.BitCast;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.CastLike;
import dev.pith.runtime.graph.ops.Unary;
import dev.pith.runtime.graph.ops.Where;
import java.util.List;

/** Functions of each element: of one number, of two, of many, and conversions. */
final class ElementwiseOps {

  static final List<OnnxOp> ALL =
      List.of(
          unary("Abs", UnaryFunction.ABS),
          unary("Neg", UnaryFunction.NEG),
          unary("Sign", UnaryFunction.SIGN),
          unary("Reciprocal", UnaryFunction.RECIPROCAL),
          unary("Sqrt", UnaryFunction.SQRT),
          unary("Exp", UnaryFunction.EXP),
          unary("Log", UnaryFunction.LOG),
          unary("Erf", UnaryFunction.ERF),
          unary("Floor", UnaryFunction.FLOOR),
          unary("Ceil", UnaryFunction.CEIL),
          unary("Round", UnaryFunction.ROUND),
          unary("Sin", UnaryFunction.SIN),
          unary("Cos", UnaryFunction.COS),
          unary("Tan", UnaryFunction.TAN),
          unary("Asin", UnaryFunction.ASIN),
          unary("Acos", UnaryFunction.ACOS),
          unary("Atan", UnaryFunction.ATAN),
          unary("Sinh", UnaryFunction.SINH),
          unary("Cosh", UnaryFunction.COSH),
          unary("Tanh", UnaryFunction.TANH),
          unary("Asinh", UnaryFunction.ASINH),
          unary("Acosh", UnaryFunction.ACOSH),
          unary("Atanh", UnaryFunction.ATANH),
          unary("Not", UnaryFunction.NOT),
          unary("BitwiseNot", UnaryFunction.BITWISE_NOT),
          unary("IsNaN", UnaryFunction.IS_NAN),
          OnnxOp.of("IsInf", ElementwiseOps::isInf),
          binary("Add", BinaryFunction.ADD),
          binary("Sub", BinaryFunction.SUB),
          binary("Mul", BinaryFunction.MUL),
          binary("Div", BinaryFunction.DIV),
          OnnxOp.of("Pow", ElementwiseOps::pow),
          OnnxOp.of("Mod", ElementwiseOps::mod),
          binary("And", BinaryFunction.AND),
          binary("Or", BinaryFunction.OR),
          binary("Xor", BinaryFunction.XOR),
          binary("BitwiseAnd", BinaryFunction.BITWISE_AND),
          binary("BitwiseOr", BinaryFunction.BITWISE_OR),
          binary("BitwiseXor", BinaryFunction.BITWISE_XOR),
          OnnxOp.of("BitShift", ElementwiseOps::bitShift),
          binary("Equal", BinaryFunction.EQUAL),
          binary("Less", BinaryFunction.LESS),
          binary("Greater", BinaryFunction.GREATER),
          binary("LessOrEqual", BinaryFunction.LESS_OR_EQUAL),
          binary("GreaterOrEqual", BinaryFunction.GREATER_OR_EQUAL),
          chain("Min", BinaryFunction.MIN),
          chain("Max", BinaryFunction.MAX),
          chain("Sum", BinaryFunction.ADD),
          OnnxOp.of("Mean", ElementwiseOps::mean),
          OnnxOp.of("Where", (node, graph) -> graph.same(node, new Where())),
          OnnxOp.of("Cast", ElementwiseOps::cast),
          OnnxOp.of("CastLike", ElementwiseOps::castLike),
          OnnxOp.of("BitCast", ElementwiseOps::bitCast));

  private ElementwiseOps() {}

  private static OnnxOp unary(String type, UnaryFunction function) {
    return OnnxOp.of(type, (node, graph) -> graph.same(node, Unary.of(function)));
  }

  private static OnnxOp binary(String type, BinaryFunction function) {
    return OnnxOp.of(type, (node, graph) -> graph.same(node, new Binary(function)));
  }

  private static OnnxOp chain(String type, BinaryFunction function) {
    return OnnxOp.of(type, (node, graph) -> graph.alias(node, chain(node, graph, function)));
  }

  /** The function of all inputs, two at a time. */
  private static String chain(OnnxNode node, GraphBuilder graph, BinaryFunction function) {
    String value = node.input(0);
    for (int i = 1; i < node.inputCount(); i++) {
      value = graph.add(new Binary(function), value, node.input(i));
    }
    return value;
  }

  private static void mean(OnnxNode node, GraphBuilder graph) {
    DType dtype = node.dtype(0);
    if (dtype == null) {
      throw node.refuse("the element type of its inputs cannot be found");
    }
    String sum = chain(node, graph, BinaryFunction.ADD);
    String count = graph.scalar(dtype, node.inputCount());
    graph.output(node, new Binary(BinaryFunction.DIV), sum, count);
  }

  private static void isInf(OnnxNode node, GraphBuilder graph) {
    long negative = node.integer("detect_negative", 1);
    long positive = node.integer("detect_positive", 1);
    graph.same(node, new Unary(UnaryFunction.IS_INF, negative, positive));
  }

  private static void mod(OnnxNode node, GraphBuilder graph) {
    boolean truncated = node.flag("fmod", false);
    BinaryFunction function = truncated ? BinaryFunction.REMAINDER : BinaryFunction.MOD;
    graph.same(node, new Binary(function));
  }

  private static void bitShift(OnnxNode node, GraphBuilder graph) {
    String direction = node.string("direction", "");
    switch (direction) {
      case "LEFT" -> graph.same(node, new Binary(BinaryFunction.SHIFT_LEFT));
      case "RIGHT" -> graph.same(node, new Binary(BinaryFunction.SHIFT_RIGHT));
      default -> throw node.refuse("direction is '" + direction + "', not LEFT or RIGHT");
    }
  }

  /** Base and exponent may differ in type; the result has the base's. */
  private static void pow(OnnxNode node, GraphBuilder graph) {
    DType base = node.dtype(0);
    DType exponent = node.dtype(1);
    Binary pow = new Binary(BinaryFunction.POW);
    if (base == null || exponent == null || base == exponent) {
      graph.same(node, pow);
    } else if (base.isFloat() || exponent.isInteger()) {
      graph.output(node, pow, node.input(0), graph.add(new Cast(base), node.input(1)));
    } else {
      Cast wide = new Cast(DType.F64);
      String power = graph.add(pow, graph.add(wide, node.input(0)), graph.add(wide, node.input(1)));
      graph.output(node, new Cast(base), power);
    }
  }

  private static void cast(OnnxNode node, GraphBuilder graph) {
    DType dtype = node.dtype("to", null);
    if (dtype == null) {
      throw node.refuse("attribute to (the element type) is missing");
    }
    graph.output(node, new Cast(dtype), node.input(0));
  }

  private static void castLike(OnnxNode node, GraphBuilder graph) {
    DType dtype = node.dtype(1);
    if (dtype == null) {
      graph.same(node, new CastLike());
    } else {
      graph.output(node, new Cast(dtype), node.input(0));
    }
  }

  private static void bitCast(OnnxNode node, GraphBuilder graph) {
    DType dtype = node.dtype("to", null);
    if (dtype == null) {
      throw node.refuse("attribute to (the element type) is missing");
    }
    graph.same(node, new BitCast(dtype));
  }
}

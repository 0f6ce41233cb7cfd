package dev.pith.compress.qdq;

import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.List;

/**
 * A graph under work, with the questions passes ask of the ends of a quantized operation. Not
 * thread-safe.
 *
 * @param editor the graph
 * @param types types of its values before the work began
 */
record QdqGraph(GraphEditor editor, TypeTracker types) {

  /** How a real value is stored: the QuantizeLinear behind it and the clamps before that. */
  record Ending(Node quantize, List<Node> clamps, int low, int high) {

    Quantize op() {
      return (Quantize) quantize.op();
    }

    float scale() {
      return op().scale();
    }

    int zeroPoint() {
      return op().zeroPoint();
    }

    boolean isUnsigned() {
      return op().dtype() == DType.U8;
    }

    boolean isClamped() {
      return high - low != 255;
    }
  }

  /**
   * The integers that {@code value} was dequantized from, or {@code null} if it was not, or with
   * more than one scale. Constants are given as U8.
   */
  Stored stored(String value) {
    Node node = editor.producer(value);
    if (node == null || !(node.op() instanceof Dequantize op)) {
      return null;
    }
    Tensor constant = editor.constant(node, 0);
    DType dtype = constant == null ? types.dtype(node.input(0)) : constant.dtype();
    if (dtype == DType.I8 && constant != null) {
      Tensor flipped = StoredConstant.flipped(constant, DType.U8);
      String name = editor.addConstant(node.input(0) + "_u8", flipped);
      return new Stored(name, DType.U8, op.scale(), op.zeroPoint() + 128);
    }
    return dtype == DType.U8 || dtype == DType.I8
        ? new Stored(node.input(0), dtype, op.scale(), op.zeroPoint())
        : null;
  }

  /** How {@code value} is stored if that is all that is done with it, or {@code null}. */
  Ending ending(String value) {
    List<Node> clamps = new ArrayList<>();
    Node next = editor.onlyConsumer(value);
    while (next != null && isClamp(next)) {
      clamps.add(next);
      next = editor.onlyConsumer(next.output(0));
    }
    if (next == null || !(next.op() instanceof Quantize op)) {
      return null;
    }
    int low = op.dtype() == DType.U8 ? 0 : -128;
    int high = low + 255;
    // Rounding keeps order, so clamping before it is clamping after it.
    for (Node clamp : clamps) {
      Unary unary = (Unary) clamp.op();
      boolean relu = unary.function() == UnaryFunction.RELU;
      int least = store(op, relu ? 0 : unary.alpha());
      int most = relu ? high : store(op, unary.beta());
      low = Math.min(Math.max(low, least), most);
      high = Math.min(Math.max(high, least), most);
    }
    return new Ending(next, clamps, low, high);
  }

  private static boolean isClamp(Node node) {
    return node.op() instanceof Unary unary
        && (unary.function() == UnaryFunction.RELU || unary.function() == UnaryFunction.CLIP);
  }

  private static int store(Quantize op, float real) {
    int low = op.dtype() == DType.U8 ? 0 : -128;
    double stored = Math.rint((double) (real / op.scale())) + op.zeroPoint();
    return (int) Math.clamp(stored, low, low + 255.0);
  }

  /** Replaces {@code node}, the clamps and the QuantizeLinear behind it by {@code stored}. */
  void replace(Node node, Ending ending, Node stored) {
    ending.clamps().forEach(editor::remove);
    editor.remove(ending.quantize());
    editor.replace(
        new Node(node.name(), stored.op(), stored.inputs(), ending.quantize().outputs()));
  }

  /** fl(fl(a · b) / c): how engines compute the factor of a requantization. */
  static float ratio(float a, float b, float c) {
    return a * b / c;
  }
}

package dev.pith.compress.qdq;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.DequantizeLinear;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.QuantizeLinear;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Squeeze;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Unsqueeze;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Constant integers that stand for real numbers, found behind DequantizeLinear and whatever moves
 * its result. The integers may be rounded from floating point by a constant QuantizeLinear.
 *
 * @param integers U8, I8 or I32
 * @param scales one, or one for each extent of {@code axis}
 * @param zeroPoints as many
 * @param axis the axis along which scales change; −1 where there is one scale
 */
record StoredConstant(Tensor integers, float[] scales, long[] zeroPoints, int axis) {

  /** Nodes between a constant and its reader; more are not looked through. */
  private static final int DEPTH = 6;

  /** The constant that {@code value} is, or {@code null} if it is none of this kind. */
  static StoredConstant of(GraphEditor editor, String value) {
    return find(editor, value, DEPTH);
  }

  private static StoredConstant find(GraphEditor editor, String value, int depth) {
    Node node = editor.producer(value);
    if (node == null || depth == 0) {
      return null;
    }
    return switch (node.op()) {
      case Dequantize op -> {
        Tensor integers = integers(editor, node.input(0), depth - 1);
        yield integers == null
            ? null
            : new StoredConstant(
                integers, new float[] {op.scale()}, new long[] {op.zeroPoint()}, -1);
      }
      case DequantizeLinear op -> perAxis(editor, node, op, depth);
      case Identity ignored -> find(editor, node.input(0), depth - 1);
      case Transpose op -> {
        StoredConstant source = find(editor, node.input(0), depth - 1);
        yield source == null ? null : source.moved(editor, node, op);
      }
      case Reshape ignored -> reshaped(editor, node, depth);
      case Flatten ignored -> reshaped(editor, node, depth);
      case Squeeze ignored -> reshaped(editor, node, depth);
      case Unsqueeze ignored -> reshaped(editor, node, depth);
      default -> null;
    };
  }

  private static StoredConstant perAxis(
      GraphEditor editor, Node node, DequantizeLinear op, int depth) {
    Tensor integers = integers(editor, node.input(0), depth - 1);
    Tensor scale = editor.constant(node, 1);
    Tensor zero = editor.constant(node, 2);
    if (integers == null
        || scale == null
        || scale.dtype() != DType.F32
        || op.dtype() != DType.F32
        || op.blockSize() != 0
        || node.hasInput(2) && zero == null) {
      return null;
    }
    float[] scales = scale.toFloats();
    long[] zeros = zero == null ? new long[scales.length] : zero.toLongs();
    int axis = scales.length == 1 ? -1 : integers.shape().axis(op.axis());
    return new StoredConstant(integers, scales, zeros, axis);
  }

  /** The integers themselves: a constant, or what nodes make of constants. */
  private static Tensor integers(GraphEditor editor, String value, int depth) {
    Tensor integers = evaluated(editor, value, depth);
    boolean known =
        integers != null
            && integers.isDense()
            && (integers.dtype() == DType.U8
                || integers.dtype() == DType.I8
                || integers.dtype() == DType.I32);
    return known ? integers : null;
  }

  /** The value where it is a constant, or a constant that nodes round and move. */
  private static Tensor evaluated(GraphEditor editor, String value, int depth) {
    Tensor constant = editor.constants().get(value);
    Node node = constant == null && depth > 0 ? editor.producer(value) : null;
    boolean follows =
        node != null
            && node.outputs().size() == 1
            && (node.op() instanceof Quantize
                || node.op() instanceof QuantizeLinear
                || Movement.isMovement(node.op()));
    if (!follows) {
      return constant;
    }
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (String input : node.inputs()) {
      if (!input.isEmpty()) {
        Tensor known = evaluated(editor, input, depth - 1);
        if (known == null) {
          return null;
        }
        values.put(input, known);
      }
    }
    return GraphTypes.evaluate(node, values).get(0);
  }

  private StoredConstant moved(GraphEditor editor, Node node, Transpose op) {
    int rank = integers.shape().rank();
    int to = -1;
    for (int i = 0; i < rank && axis >= 0; i++) {
      int from = op.order().isEmpty() ? rank - 1 - i : integers.shape().axis(op.order().get(i));
      to = from == axis ? i : to;
    }
    return new StoredConstant(result(editor, node), scales, zeroPoints, to);
  }

  /** What {@code node}, which only moves elements, makes of the integers. */
  private Tensor result(GraphEditor editor, Node node) {
    Map<String, Tensor> values = new LinkedHashMap<>(editor.constants());
    values.put(node.input(0), integers);
    return GraphTypes.evaluate(node, values).get(0);
  }

  private static StoredConstant reshaped(GraphEditor editor, Node node, int depth) {
    for (int i = 1; i < node.inputs().size(); i++) {
      if (node.hasInput(i) && editor.constant(node, i) == null) {
        return null;
      }
    }
    StoredConstant source = find(editor, node.input(0), depth - 1);
    return source == null || source.axis >= 0
        ? null
        : new StoredConstant(
            source.result(editor, node), source.scales, source.zeroPoints, source.axis);
  }

  /**
   * The integers as symmetric I8, or {@code null} where they cannot be: U8 with another zero point
   * than 128, I8 with another than 0.
   */
  Tensor symmetric() {
    return symmetric(integers, zeroPoints);
  }

  /** The same of integers with the given zero points. */
  static Tensor symmetric(Tensor integers, long... zeroPoints) {
    boolean unsigned = integers.dtype() == DType.U8;
    if (!unsigned && integers.dtype() != DType.I8) {
      return null;
    }
    long middle = unsigned ? 128 : 0;
    if (Arrays.stream(zeroPoints).anyMatch(zero -> zero != middle)) {
      return null;
    }
    return unsigned ? flipped(integers, DType.I8) : integers;
  }

  /** U8 as I8 or the reverse: every element moves by 128, so that differences stay. */
  static Tensor flipped(Tensor integers, DType to) {
    byte[] bytes = new byte[Math.toIntExact(integers.shape().elementCount())];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (integers.getLong(i) ^ 0x80);
    }
    return Tensor.ofBytes(to, bytes, integers.shape().dims());
  }

  /**
   * The scale of each of {@code rows} outputs along {@code axis}; {@code null} if along another.
   */
  float[] scalesOf(int rows, int outputAxis) {
    if (axis < 0) {
      float[] all = new float[rows];
      Arrays.fill(all, scales[0]);
      return all;
    }
    return axis == outputAxis && scales.length == rows ? scales.clone() : null;
  }

  /** Scale of element {@code index} of a vector. */
  float scaleOf(int index) {
    return scales[axis < 0 ? 0 : index];
  }

  /** Zero point of element {@code index} of a vector. */
  long zeroPointOf(int index) {
    return zeroPoints[axis < 0 ? 0 : index];
  }

  /** Element {@code index} of a vector as a real number. */
  double real(int index) {
    return (double) scaleOf(index) * (integers.getLong(index) - zeroPointOf(index));
  }
}

package dev.pith.compress.qdq;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.QLinearConv;
import dev.pith.runtime.graph.ops.QLinearMatMul;
import dev.pith.runtime.graph.ops.Quantize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I8 activations become U8: values and zero points move by 128, so that every difference stays and
 * the fast kernels, which read U8, apply. A value is changed together with all that elements are
 * moved between it and; graph inputs and outputs keep their types, and so do their neighbours.
 */
public final class UnsignedActivations implements Pass {

  private static final int SHIFT = 128;

  @Override
  public String name() {
    return "unsigned-activations";
  }

  @Override
  public Graph apply(Graph graph) {
    TypeTracker types = GraphTypes.of(graph);
    Groups groups = new Groups();
    for (Node node : graph.nodes()) {
      visit(graph, node, types, groups);
    }
    graph.inputs().forEach(input -> groups.refuse(input.name()));
    graph.outputNames().forEach(groups::refuse);
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      Node flipped = flipped(editor, node, groups);
      if (!flipped.equals(node)) {
        editor.replace(flipped);
        changed = true;
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  /** Sets of values that change together, and those that must not. */
  private static final class Groups {
    private final Map<String, String> parents = new HashMap<>();
    private final Set<String> signed = new HashSet<>();
    private final Set<String> refused = new HashSet<>();

    String root(String value) {
      String parent = parents.getOrDefault(value, value);
      return parent.equals(value) ? value : root(parent);
    }

    void join(String a, String b) {
      String from = root(a);
      String to = root(b);
      if (!from.equals(to)) {
        parents.put(from, to);
        if (refused.contains(from)) {
          refused.add(to);
        }
      }
    }

    void refuse(String value) {
      refused.add(root(value));
    }

    boolean changes(String value) {
      return signed.contains(value) && !refused.contains(root(value));
    }
  }

  private static void visit(Graph graph, Node node, TypeTracker types, Groups groups) {
    for (String output : node.outputs()) {
      if (!output.isEmpty() && types.dtype(output) == DType.I8) {
        groups.signed.add(output);
      }
    }
    boolean moves = Movement.isMovement(node.op()) && !(node.op() instanceof Pad);
    if (moves && types.dtype(node.input(0)) == DType.I8) {
      for (String output : node.outputs()) {
        if (types.dtype(output) == DType.I8) {
          groups.join(node.input(0), output);
        }
      }
      if (graph.constants().containsKey(node.input(0))) {
        groups.refuse(node.input(0));
      }
      return;
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      if (i > 0 || !readsShifted(graph, node)) {
        groups.refuse(node.input(i));
      }
    }
    if (!writesShifted(graph, node)) {
      node.outputs().forEach(groups::refuse);
    }
  }

  /** Whether the node's input 0 can move by 128 together with a constant zero point. */
  private static boolean readsShifted(Graph graph, Node node) {
    return switch (node.op()) {
      case Dequantize ignored -> true;
      case QLinearConv ignored -> graph.constant(node, 2) != null;
      case QLinearMatMul ignored -> graph.constant(node, 2) != null;
      default -> false;
    };
  }

  private static boolean writesShifted(Graph graph, Node node) {
    return switch (node.op()) {
      case Quantize ignored -> true;
      case QConv ignored -> true;
      case QLinear ignored -> true;
      case QLinearConv ignored -> graph.constant(node, 7) != null;
      case QLinearMatMul ignored -> graph.constant(node, 7) != null;
      default -> false;
    };
  }

  private static Node flipped(GraphEditor editor, Node node, Groups groups) {
    boolean reads = groups.changes(node.input(0));
    boolean writes = !node.outputs().isEmpty() && groups.changes(node.output(0));
    return switch (node.op()) {
      case Dequantize op when reads ->
          node.withOp(new Dequantize(op.scale(), op.zeroPoint() + SHIFT));
      case Quantize op when writes ->
          node.withOp(new Quantize(DType.U8, op.scale(), op.zeroPoint() + SHIFT));
      case QConv op when writes -> node.withOp(new QConv(op.window(), flipped(op.requantize())));
      case QLinear op when writes -> node.withOp(new QLinear(flipped(op.requantize())));
      case QLinearConv op -> flippedZeroPoints(editor, node, op, reads, writes);
      case QLinearMatMul op -> flippedZeroPoints(editor, node, op, reads, writes);
      default -> node;
    };
  }

  private static Requantize flipped(Requantize signed) {
    return new Requantize(
        DType.U8,
        signed.inputZeroPoint(),
        signed.zeroPoint() + SHIFT,
        signed.low() + SHIFT,
        signed.high() + SHIFT);
  }

  private static Node flippedZeroPoints(
      GraphEditor editor, Node node, Op op, boolean reads, boolean writes) {
    List<String> inputs = new ArrayList<>(node.inputs());
    for (int place : new int[] {2, 7}) {
      if (place == 2 ? reads : writes) {
        Tensor flipped = StoredConstant.flipped(editor.constant(node, place), DType.U8);
        inputs.set(place, editor.addConstant(node.input(place) + "_u8", flipped));
      }
    }
    return new Node(node.name(), op, inputs, node.outputs());
  }
}

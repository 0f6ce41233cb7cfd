package dev.pith.compress.qdq;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Split;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Operations that choose or move elements read the integers, and what they return is dequantized: a
 * byte is moved instead of four, and the layer behind finds its quantized input.
 */
public final class SinkingDequantize implements Pass {

  @Override
  public String name() {
    return "sinking-dequantize";
  }

  @Override
  public Graph apply(Graph graph) {
    if (graph.nodes().stream().noneMatch(node -> node.op() instanceof Dequantize)) {
      return graph;
    }
    GraphEditor editor = new GraphEditor(graph);
    Map<String, DType> dtypes = new HashMap<>();
    TypeTracker types = GraphTypes.of(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (Movement.isMovement(node.op())) {
        // Read the node anew: it may read what an earlier one returns now.
        changed |= sink(editor, editor.producer(node.output(0)), types, dtypes);
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  /**
   * Puts {@code node} before the DequantizeLinear it reads from.
   *
   * @param types of the graph before this pass
   * @param dtypes of integers this pass moved
   */
  private static boolean sink(
      GraphEditor editor, Node node, TypeTracker types, Map<String, DType> dtypes) {
    Node dequantize = editor.producer(node.input(0));
    if (dequantize == null
        || !(dequantize.op() instanceof Dequantize op)
        || editor.isConstant(dequantize.input(0)) && !(node.op() instanceof Gather)
        || node.outputs().size() > 1 && !(node.op() instanceof Split)
        || node.outputs().stream().anyMatch(editor::isOutput)) {
      return false;
    }
    String stored = dequantize.input(0);
    DType dtype = dtypes.getOrDefault(stored, types.dtype(stored));
    if (dtype != DType.U8 && dtype != DType.I8) {
      return false;
    }
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(0, stored);
    if (node.op() instanceof Pad && !padWithZero(editor, node, inputs, dtype, op)) {
      return false;
    }
    List<String> outputs = new ArrayList<>();
    for (String output : node.outputs()) {
      String moved = output.isEmpty() ? "" : editor.freshName(output + "_stored");
      outputs.add(moved);
      dtypes.put(moved, dtype);
      if (!output.isEmpty()) {
        String name = editor.freshName(output + "_dequantize");
        editor.add(new Node(name, op, List.of(moved), List.of(output)));
      }
    }
    editor.replace(new Node(node.name(), node.op(), inputs, outputs));
    return true;
  }

  /** Writes the integer that stands for the padding; false where none does exactly. */
  private static boolean padWithZero(
      GraphEditor editor, Node node, List<String> inputs, DType dtype, Dequantize op) {
    if (((Pad) node.op()).mode() != Pad.Mode.CONSTANT) {
      return true;
    }
    Tensor value = editor.constant(node, 2);
    if (node.hasInput(2) && (value == null || value.getDouble(0) != 0)) {
      return false;
    }
    while (inputs.size() < 3) {
      inputs.add("");
    }
    byte[] zero = {(byte) op.zeroPoint()};
    inputs.set(2, editor.addConstant(node.name() + "_zero", Tensor.ofBytes(dtype, zero)));
    return true;
  }
}

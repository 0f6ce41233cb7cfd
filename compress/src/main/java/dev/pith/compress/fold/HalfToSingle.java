package dev.pith.compress.fold;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ControlFlowOp;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.OpCodec;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.graph.ops.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks in 16-bit floating point compute in F32 inside: inputs and outputs keep their types,
 * weights of layers stay in 16 bits, everything between is F32. Results are at least as exact, and
 * no value is converted back and forth around every layer.
 */
public final class HalfToSingle implements Pass {

  @Override
  public String name() {
    return "half-to-single";
  }

  @Override
  public Graph apply(Graph graph) {
    TypeTracker types = GraphTypes.of(graph);
    boolean any =
        graph.nodes().stream()
            .filter(node -> !isBoundary(graph, node))
            .flatMap(node -> node.outputs().stream())
            .anyMatch(output -> isHalf(types.dtype(output)));
    if (!any || !graph.nodes().stream().allMatch(node -> isSafe(node, types))) {
      return graph;
    }
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : graph.nodes()) {
      editor.replace(inSingle(graph, editor, node, types));
    }
    for (ValueInfo input : graph.inputs()) {
      if (isHalf(input.dtype())) {
        String single = editor.freshName(input.name() + "_f32");
        editor.redirect(input.name(), single);
        cast(editor, input.name(), DType.F32, single);
      }
    }
    for (String output : graph.outputNames()) {
      Node producer = editor.producer(output);
      if (producer != null && isHalf(types.dtype(output))) {
        String single = editor.freshName(output + "_f32");
        editor.redirect(output, single);
        editor.replace(
            producer.withOutputs(
                producer.outputs().stream().map(o -> o.equals(output) ? single : o).toList()));
        cast(editor, single, types.dtype(output), output);
      }
    }
    return editor.toGraph();
  }

  private static void cast(GraphEditor editor, String from, DType dtype, String to) {
    editor.add(
        new Node(editor.freshName(to + "_cast"), new Cast(dtype), List.of(from), List.of(to)));
  }

  /** Whether the node only converts a result of the graph, which must stay so. */
  private static boolean isBoundary(Graph graph, Node node) {
    return node.op() instanceof Cast && graph.outputNames().contains(node.output(0));
  }

  private static boolean isHalf(DType dtype) {
    return dtype == DType.F16 || dtype == DType.BF16;
  }

  /** Whether the types are known and the operation itself names no 16-bit type. */
  private static boolean isSafe(Node node, TypeTracker types) {
    if (node.op() instanceof ControlFlowOp
        || node.outputs().stream().anyMatch(o -> !o.isEmpty() && types.dtype(o) == null)) {
      return false;
    }
    return node.op() instanceof Cast
        || OpCodec.attributes((Record) node.op()).values().stream()
            .noneMatch(value -> value.equals("F16") || value.equals("BF16"));
  }

  private static Node inSingle(Graph graph, GraphEditor editor, Node node, TypeTracker types) {
    if (node.op() instanceof Cast cast && (isHalf(cast.dtype()) || cast.dtype() == DType.F32)) {
      DType from = types.dtype(node.input(0));
      boolean single = from == DType.F32 || isHalf(from);
      return node.withOp(single ? new Identity() : new Cast(DType.F32))
          .withInputs(
              List.of(single ? constantInSingle(graph, editor, node.input(0)) : node.input(0)));
    }
    boolean layer = node.op() instanceof Conv || node.op() instanceof Linear;
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      String input = node.input(i);
      inputs.add(layer && i == 1 ? input : constantInSingle(graph, editor, input));
    }
    return node.withInputs(inputs);
  }

  private static String constantInSingle(Graph graph, GraphEditor editor, String name) {
    Tensor value = graph.constants().get(name);
    if (value == null || !isHalf(value.dtype())) {
      return name;
    }
    String single = name + "_f32";
    if (!editor.isConstant(single)) {
      single = editor.addConstant(single, Tensor.of(value.toFloats(), value.shape().dims()));
    }
    return single;
  }
}

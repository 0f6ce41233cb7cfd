package dev.pith.compress.fold;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.TypeTracker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes whose results are the same in every run become constants: those that read only constants,
 * and those whose results follow from shapes that cannot change.
 */
public final class ConstantFolding implements Pass {

  /** Results larger than this stay computed: 1 GiB. */
  private static final long MAX_BYTES = 1L << 30;

  @Override
  public String name() {
    return "constant-folding";
  }

  @Override
  public Graph apply(Graph graph) {
    TypeTracker types = GraphTypes.of(graph);
    Map<String, Tensor> known = new LinkedHashMap<>(graph.constants());
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      List<Tensor> results = results(node, known, types);
      if (results == null) {
        continue;
      }
      editor.remove(node);
      for (int i = 0; i < results.size(); i++) {
        if (!node.output(i).isEmpty()) {
          known.put(node.output(i), results.get(i));
          editor.putConstant(node.output(i), results.get(i));
        }
      }
      changed = true;
    }
    return changed ? editor.toGraph() : graph;
  }

  private static List<Tensor> results(Node node, Map<String, Tensor> known, TypeTracker types) {
    List<Tensor> small = node.outputs().stream().map(types::value).toList();
    boolean complete = node.outputs().stream().allMatch(o -> o.isEmpty() || types.value(o) != null);
    if (complete) {
      return small;
    }
    boolean constant =
        node.inputs().stream().allMatch(input -> input.isEmpty() || known.containsKey(input));
    return constant && bytes(node, types) <= MAX_BYTES ? GraphTypes.evaluate(node, known) : null;
  }

  private static long bytes(Node node, TypeTracker types) {
    long bytes = 0;
    for (String output : node.outputs()) {
      TensorType type = types.sampleType(output);
      bytes += type == null ? 0 : type.dtype().byteSize(type.shape().elementCount());
    }
    return bytes;
  }
}

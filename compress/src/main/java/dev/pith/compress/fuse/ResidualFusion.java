package dev.pith.compress.fuse;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Binary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sum of a layer's output and another value of the same shape goes into the layer. */
public final class ResidualFusion implements Pass {

  @Override
  public String name() {
    return "residual-fusion";
  }

  @Override
  public Graph apply(Graph graph) {
    // Shapes that are equal for two batches are equal, not broadcast, for every batch.
    List<TypeTracker> samples = List.of(GraphTypes.of(graph, 2), GraphTypes.of(graph, 3));
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      int place = i;
      graph.nodes().get(i).outputs().forEach(output -> places.put(output, place));
    }
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Binary binary)
          || binary.function() != BinaryFunction.ADD
          || !sameShape(node.input(0), node.input(1), samples)) {
        continue;
      }
      // The later layer is the better place: the other value is there already.
      boolean secondIsLater =
          places.getOrDefault(node.input(1), -1) > places.getOrDefault(node.input(0), -1);
      int later = secondIsLater ? 1 : 0;
      changed |= fuse(editor, node, later) || fuse(editor, node, 1 - later);
    }
    return changed ? editor.toGraph() : graph;
  }

  private static boolean sameShape(String a, String b, List<TypeTracker> samples) {
    for (TypeTracker sample : samples) {
      TensorType type = sample.sampleType(a);
      if (type == null || !type.equals(sample.sampleType(b))) {
        return false;
      }
    }
    return !a.equals(b);
  }

  private static boolean fuse(GraphEditor editor, Node node, int place) {
    String sum = node.input(place);
    String residual = node.input(1 - place);
    Layer layer = Layer.of(editor.producer(sum));
    if (layer == null
        || !layer.isPlain()
        || editor.onlyConsumer(sum) == null
        || editor.isConstant(residual)) {
      return false;
    }
    editor.remove(node);
    editor.replace(layer.with(Layer.RESIDUAL, residual).withOutputs(node.outputs()));
    return true;
  }
}

package dev.pith.compress.fuse;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Transpose;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear layer that reads images with their axes turned and then flattened takes them as they
 * are: the columns of its weight are put in their order instead. Networks trained with channels
 * last end so.
 */
public final class FlattenedTranspose implements Pass {

  @Override
  public String name() {
    return "flattened-transpose";
  }

  @Override
  public Graph apply(Graph graph) {
    if (graph.nodes().stream().noneMatch(node -> node.op() instanceof Transpose)) {
      return graph;
    }
    List<TypeTracker> samples = List.of(GraphTypes.of(graph, 2), GraphTypes.of(graph, 3));
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Linear) {
        changed |= rewrite(editor, node, samples);
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  private static boolean rewrite(GraphEditor editor, Node layer, List<TypeTracker> samples) {
    Node flatten = editor.producer(layer.input(0));
    boolean flattens =
        flatten != null && (flatten.op() instanceof Reshape || flatten.op() instanceof Flatten);
    Node turn = flattens ? editor.producer(flatten.input(0)) : null;
    Tensor weight = editor.constant(layer, Layer.WEIGHT);
    if (turn == null
        || !(turn.op() instanceof Transpose op)
        || op.order().isEmpty()
        || op.order().get(0) != 0
        || weight == null
        || !weight.isDense()
        || !weight.dtype().isFloat()) {
      return false;
    }
    Shape image = null;
    for (TypeTracker sample : samples) {
      TensorType x = sample.sampleType(turn.input(0));
      TensorType flat = sample.sampleType(layer.input(0));
      if (x == null
          || flat == null
          || flat.shape().rank() != 2
          || flat.shape().dim(0) != x.shape().dim(0)
          || flat.shape().dim(1) != weight.shape().dim(1)
          || image != null && !image.equals(x.shape().with(0, 1))) {
        return false;
      }
      image = x.shape().with(0, 1);
    }
    String name =
        editor.addConstant(layer.input(Layer.WEIGHT) + "_turned", turned(weight, op, image));
    String flat = editor.freshName(turn.input(0) + "_flat");
    String node = editor.freshName(flatten.name() + "_plain");
    editor.add(new Node(node, new Flatten(1), List.of(turn.input(0)), List.of(flat)));
    List<String> inputs = new ArrayList<>(layer.inputs());
    inputs.set(0, flat);
    inputs.set(Layer.WEIGHT, name);
    editor.replace(layer.withInputs(inputs));
    return true;
  }

  /** The weight with the column of each element where the image itself has that element. */
  private static Tensor turned(Tensor weight, Transpose op, Shape image) {
    int rank = image.rank();
    long[] strides = new long[rank];
    long stride = 1;
    for (int axis = rank - 1; axis > 0; axis--) {
      strides[axis] = stride;
      stride *= image.dim(axis);
    }
    float[] from = weight.toFloats();
    float[] to = new float[from.length];
    int columns = Math.toIntExact(weight.columns());
    long[] at = new long[rank];
    for (int column = 0; column < columns; column++) {
      int place = 0;
      for (int axis = 1; axis < rank; axis++) {
        place += Math.toIntExact(at[axis] * strides[image.axis(op.order().get(axis))]);
      }
      for (int row = 0; row < weight.rows(); row++) {
        to[row * columns + place] = from[row * columns + column];
      }
      for (int axis = rank - 1; axis > 0; axis--) {
        if (++at[axis] < image.dim(image.axis(op.order().get(axis)))) {
          break;
        }
        at[axis] = 0;
      }
    }
    return Tensor.of(to, weight.shape().dims());
  }
}

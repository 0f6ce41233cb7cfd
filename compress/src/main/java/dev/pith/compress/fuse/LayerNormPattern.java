package dev.pith.compress.fuse;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Normalize;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.List;

/**
 * Layer normalization that an exporter spelled out becomes one node: with d = x − mean(x) over the
 * last axis, d / √(mean(d²) + ε), then · scale and + bias where they are constant vectors.
 */
public final class LayerNormPattern implements Pass {

  @Override
  public String name() {
    return "layer-norm-pattern";
  }

  @Override
  public Graph apply(Graph graph) {
    Search search = new Search(new GraphEditor(graph), GraphTypes.of(graph));
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (is(node, BinaryFunction.DIV)) {
        changed |= search.rewrite(node);
      }
    }
    return changed ? search.editor.toGraph() : graph;
  }

  private static boolean is(Node node, BinaryFunction function) {
    return node != null && node.op() instanceof Binary binary && binary.function() == function;
  }

  private record Search(GraphEditor editor, TypeTracker types) {

    boolean rewrite(Node quotient) {
      String deviation = quotient.input(0);
      Node difference = editor.producer(deviation);
      Node root = editor.producer(quotient.input(1));
      boolean found =
          is(difference, BinaryFunction.SUB)
              && difference.input(0).equals(meanOf(difference.input(1)))
              && root != null
              && root.op() instanceof Unary unary
              && unary.function() == UnaryFunction.SQRT;
      Node sum = found ? editor.producer(root.input(0)) : null;
      if (!is(sum, BinaryFunction.ADD)) {
        return false;
      }
      int place = editor.constant(sum, 0) != null ? 0 : 1;
      Tensor epsilon = editor.constant(sum, place);
      String square = meanOf(sum.input(1 - place));
      String x = difference.input(0);
      TensorType type = types.sampleType(x);
      if (epsilon == null
          || epsilon.shape().elementCount() != 1
          || square == null
          || !isSquare(editor.producer(square), deviation)
          || type == null
          || type.dtype() != DType.F32
          || type.shape().rank() < 1) {
        return false;
      }
      write(quotient, x, type.shape().dim(-1), (float) epsilon.getDouble(0));
      return true;
    }

    private void write(Node quotient, String x, long extent, float epsilon) {
      List<String> inputs = new ArrayList<>();
      inputs.add(x);
      String output = quotient.output(0);
      Node scale = next(output, BinaryFunction.MUL, extent);
      if (scale != null) {
        inputs.add(scale.input(editor.constant(scale, 0) != null ? 0 : 1));
        output = scale.output(0);
        Node bias = next(output, BinaryFunction.ADD, extent);
        if (bias != null) {
          inputs.add(bias.input(editor.constant(bias, 0) != null ? 0 : 1));
          output = bias.output(0);
          editor.remove(bias);
        }
        editor.remove(scale);
      }
      Normalize op = new Normalize(Normalize.Rows.AXES, -1, 0, true, epsilon);
      editor.replace(new Node(quotient.name(), op, inputs, List.of(output)));
    }

    /** The only reader of {@code value}, if it combines it with a constant of the last axis. */
    private Node next(String value, BinaryFunction function, long extent) {
      Node node = editor.onlyConsumer(value);
      if (!is(node, function)) {
        return null;
      }
      Tensor constant = editor.constant(node, editor.constant(node, 0) != null ? 0 : 1);
      boolean fits =
          constant != null
              && constant.dtype() == DType.F32
              && constant.shape().rank() == 1
              && constant.shape().dim(0) == extent;
      return fits ? node : null;
    }

    /** What {@code value} is the mean of, over the last axis, which stays; or {@code null}. */
    private String meanOf(String value) {
      Node node = editor.producer(value);
      if (node == null
          || !(node.op() instanceof Reduce reduce)
          || reduce.function() != ReduceFunction.MEAN
          || !reduce.keepDims()) {
        return null;
      }
      Tensor given = editor.constant(node, 1);
      if (node.hasInput(1) && given == null) {
        return null;
      }
      long[] axes =
          given != null
              ? given.toLongs()
              : reduce.axes().stream().mapToLong(Long::longValue).toArray();
      int rank = types.rank(node.input(0));
      boolean last = axes.length == 1 && (axes[0] == -1 || rank > 0 && axes[0] == rank - 1);
      return last ? node.input(0) : null;
    }

    private boolean isSquare(Node node, String value) {
      if (is(node, BinaryFunction.MUL)) {
        return node.input(0).equals(value) && node.input(1).equals(value);
      }
      Tensor power = is(node, BinaryFunction.POW) ? editor.constant(node, 1) : null;
      return power != null
          && node.input(0).equals(value)
          && power.shape().elementCount() == 1
          && power.getDouble(0) == 2;
    }
  }
}

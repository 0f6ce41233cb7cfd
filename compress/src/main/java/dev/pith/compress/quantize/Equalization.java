package dev.pith.compress.quantize;

import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Linear;
import java.util.List;

/**
 * Cross-layer equalization (Nagel et al. 2019): where one layer feeds only the next through a
 * function with f(s·x) = s·f(x), channel i is scaled by 1/s_i in the first and by s_i in the
 * second, s_i = √(r1_i / r2_i), so that both have the range √(r1_i · r2_i) there. Results do not
 * change but for rounding.
 */
public final class Equalization {

  private static final int ROUNDS = 10;

  private Equalization() {}

  /** The graph with evened-out channel ranges. */
  public static Graph apply(Graph graph) {
    Graph current = graph;
    for (int round = 0; round < ROUNDS; round++) {
      GraphEditor editor = new GraphEditor(current);
      for (Node first : current.nodes()) {
        List<Node> readers = editor.consumers(first.output(0));
        if (readers.size() == 1 && !editor.isOutput(first.output(0))) {
          equalize(editor, first, readers.get(0));
        }
      }
      current = editor.toGraph();
    }
    return current;
  }

  private static boolean isPlain(GraphEditor editor, Node node, boolean first) {
    Activation activation =
        switch (node.op()) {
          case Conv conv -> conv.activation();
          case Linear linear -> linear.activation();
          default -> null;
        };
    Tensor weight = editor.constant(node, 1);
    if (activation == null || weight == null || !weight.isDense() || node.hasInput(3) && first) {
      return false;
    }
    boolean homogeneous =
        activation.kind() == Activation.Kind.NONE
            || activation.kind() == Activation.Kind.RELU
            || activation.kind() == Activation.Kind.LEAKY_RELU;
    boolean biasKnown = !node.hasInput(2) || editor.constant(node, 2) != null;
    boolean onlyReader = editor.consumers(node.input(1)).size() == 1;
    return biasKnown && onlyReader && (homogeneous || !first);
  }

  private static void equalize(GraphEditor editor, Node first, Node second) {
    boolean linear = first.op() instanceof Linear;
    if (!isPlain(editor, first, true)
        || !isPlain(editor, second, false)
        || linear != (second.op() instanceof Linear)
        || !second.input(0).equals(first.output(0))) {
      return;
    }
    Tensor w1 = editor.constant(first, 1);
    Tensor w2 = editor.constant(second, 1);
    int channels = Math.toIntExact(w1.rows());
    long groups = second.op() instanceof Conv conv ? conv.window().groups() : 1;
    boolean depthwise = groups == channels && w2.rows() == channels;
    if (groups != 1 && !depthwise) {
      return;
    }
    float[] a = w1.toFloats();
    float[] b = w2.toFloats();
    double[] s = new double[channels];
    for (int i = 0; i < channels; i++) {
      double r1 = rowRange(a, i, channels);
      double r2 = depthwise ? rowRange(b, i, channels) : columnRange(b, i, channels);
      s[i] = r1 > 0 && r2 > 0 ? Math.clamp(Math.sqrt(r1 / r2), 1e-3, 1e3) : 1;
    }
    scaleRows(a, s, true);
    if (depthwise) {
      scaleRows(b, s, false);
    } else {
      for (int i = 0; i < b.length; i++) {
        b[i] = (float) (b[i] * s[i % channels]);
      }
    }
    editor.putConstant(first.input(1), Tensor.of(a, w1.shape().dims()));
    editor.putConstant(second.input(1), Tensor.of(b, w2.shape().dims()));
    if (first.hasInput(2)) {
      Tensor bias = editor.constant(first, 2);
      float[] values = bias.toFloats();
      scaleRows(values, s, true);
      String name = editor.addConstant(first.input(2) + "_equalized", Tensor.of(values, channels));
      editor.replace(first.withInputs(List.of(first.input(0), first.input(1), name)));
    }
  }

  private static double rowRange(float[] w, int row, int rows) {
    int columns = w.length / rows;
    double largest = 0;
    for (int i = row * columns; i < (row + 1) * columns; i++) {
      largest = Math.max(largest, Math.abs(w[i]));
    }
    return largest;
  }

  private static double columnRange(float[] w, int channel, int channels) {
    double largest = 0;
    for (int i = channel; i < w.length; i += channels) {
      largest = Math.max(largest, Math.abs(w[i]));
    }
    return largest;
  }

  private static void scaleRows(float[] values, double[] s, boolean divide) {
    int columns = values.length / s.length;
    for (int i = 0; i < values.length; i++) {
      double factor = s[i / columns];
      values[i] = (float) (divide ? values[i] / factor : values[i] * factor);
    }
  }
}

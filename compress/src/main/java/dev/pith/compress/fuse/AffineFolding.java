package dev.pith.compress.fuse;

import dev.pith.compress.pass.Pass;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Binary;
import java.util.Arrays;

/**
 * Constants added to a layer's output, or multiplied with it, one for each channel or one for all,
 * go into its bias and weight. Batch normalization is a product and a sum of this kind.
 */
public final class AffineFolding implements Pass {

  @Override
  public String name() {
    return "affine-folding";
  }

  @Override
  public Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      // Each time the layer is looked up anew, so that several constants in a row go into it.
      Node current = node.outputs().isEmpty() ? null : editor.producer(node.output(0));
      if (current != null && current.op() instanceof Binary binary) {
        changed |= fold(editor, current, binary.function());
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  private static boolean fold(GraphEditor editor, Node node, BinaryFunction function) {
    boolean right = editor.constant(node, 1) != null;
    Tensor operand = editor.constant(node, right ? 1 : 0);
    String sum = node.input(right ? 0 : 1);
    Layer layer = operand == null ? null : Layer.of(editor.producer(sum));
    if (layer == null || !layer.isPlain() || editor.onlyConsumer(sum) == null) {
      return false;
    }
    Tensor weight = editor.constant(layer.node(), Layer.WEIGHT);
    Tensor bias = editor.constant(layer.node(), Layer.BIAS);
    if (weight == null || !weight.isDense() || layer.node().hasInput(Layer.BIAS) && bias == null) {
      return false;
    }
    double[] values = perChannel(operand, weight.shape().dim(0), layer);
    if (values == null) {
      return false;
    }
    int channels = values.length;
    double[] factor = new double[channels];
    double[] offset = new double[channels];
    for (int i = 0; i < channels; i++) {
      double b = bias == null ? 0 : bias.getDouble(i);
      double c = values[i];
      factor[i] = factor(function, right, c);
      offset[i] = offset(function, right, b, c);
    }
    boolean scales = Arrays.stream(factor).anyMatch(f -> f != 1);
    if (channels == 0 || Double.isNaN(factor[0]) || scales && !weight.dtype().isFloat()) {
      return false;
    }
    Node changed = layer.node();
    if (scales) {
      String name = editor.addConstant(node.name() + "_weight", scaled(weight, factor));
      changed = new Layer(changed).with(Layer.WEIGHT, name);
    }
    if (bias != null || Arrays.stream(offset).anyMatch(o -> o != 0)) {
      String name = editor.addConstant(node.name() + "_bias", vector(offset));
      changed = new Layer(changed).with(Layer.BIAS, name);
    }
    editor.remove(node);
    editor.replace(changed.withOutputs(node.outputs()));
    return true;
  }

  /** What the product is multiplied with; NaN where the function is of another kind. */
  private static double factor(BinaryFunction function, boolean right, double c) {
    return switch (function) {
      case ADD -> 1;
      case SUB -> right ? 1 : -1;
      case MUL -> c;
      case DIV -> right ? 1 / c : Double.NaN;
      default -> Double.NaN;
    };
  }

  private static double offset(BinaryFunction function, boolean right, double bias, double c) {
    return switch (function) {
      case ADD -> bias + c;
      case SUB -> right ? bias - c : c - bias;
      case MUL -> bias * c;
      default -> bias / c;
    };
  }

  /** The operand for each channel, or {@code null} if it changes along other axes. */
  private static double[] perChannel(Tensor operand, long channels, Layer layer) {
    if (!operand.dtype().isFloat()) {
      return null;
    }
    Shape shape = operand.shape();
    int behind = layer.axesBehindChannels();
    long count = shape.elementCount();
    // A linear layer's output may have any rank of 1 or more; a convolution's has two leading axes.
    int rank = behind == 0 ? 1 : behind + 2;
    int axis = shape.rank() - 1 - behind;
    boolean fits =
        shape.rank() <= rank
            && (count == 1 || axis >= 0 && count == channels && shape.dim(axis) == channels);
    if (!fits) {
      return null;
    }
    double[] values = new double[Math.toIntExact(channels)];
    for (int i = 0; i < values.length; i++) {
      values[i] = operand.getDouble(count == 1 ? 0 : i);
    }
    return values;
  }

  private static Tensor scaled(Tensor weight, double[] factor) {
    float[] values = weight.toFloats();
    int columns = values.length / factor.length;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factor[i / columns]);
    }
    return Tensor.of(values, weight.shape().dims());
  }

  private static Tensor vector(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.of(floats, floats.length);
  }
}

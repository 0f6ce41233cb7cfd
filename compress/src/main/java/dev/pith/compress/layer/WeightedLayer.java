package dev.pith.compress.layer;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.DynamicConv;
import dev.pith.runtime.graph.ops.DynamicLinear;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A convolution or linear layer, in floating point or int8, whose weight is a constant. The weight
 * is a matrix of {@code rows} output channels by {@code columns}; of a convolution's columns the
 * input channel varies fastest, then the kernel position.
 *
 * @param node the first node that uses the weight
 * @param weight the constant, in any layout
 */
public record WeightedLayer(Node node, Tensor weight) {

  /** Place of the weight among the node's inputs. */
  public static final int WEIGHT = 1;

  /** All layers of {@code graph} in order; a weight that several nodes share appears once. */
  public static List<WeightedLayer> of(Graph graph) {
    List<WeightedLayer> layers = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node node : graph.nodes()) {
      Tensor weight = isWeighted(node.op()) ? graph.constant(node, WEIGHT) : null;
      if (weight != null && seen.add(node.input(WEIGHT))) {
        layers.add(new WeightedLayer(node, weight));
      }
    }
    return layers;
  }

  /** Whether input 1 of nodes with this operation is a weight matrix. */
  public static boolean isWeighted(Op op) {
    return windowOf(op) != null
        || op instanceof Linear
        || op instanceof QLinear
        || op instanceof DynamicLinear;
  }

  private static ConvWindow windowOf(Op op) {
    return switch (op) {
      case Conv conv -> conv.window();
      case QConv conv -> conv.window();
      case DynamicConv conv -> conv.window();
      default -> null;
    };
  }

  /** The node's name, by which recipes name the layer. */
  public String name() {
    return node.name();
  }

  /** Name of the weight among the graph's constants. */
  public String weightName() {
    return node.input(WEIGHT);
  }

  /** Strides, pads and groups, or {@code null} for linear layers. */
  public ConvWindow window() {
    return windowOf(node.op());
  }

  /** Whether the layer is a convolution. */
  public boolean isConvolution() {
    return window() != null;
  }

  /** Output channels. */
  public int rows() {
    return Math.toIntExact(weight.rows());
  }

  /** Kernel positions times input channels of a group. */
  public int columns() {
    return Math.toIntExact(weight.columns());
  }

  /** Groups of channels that see only each other. */
  public int groups() {
    return isConvolution() ? Math.toIntExact(window().groups()) : 1;
  }

  /** Input channels that one output channel sees; neighbours along the columns. */
  public int groupChannels() {
    return weight.shape().dimInt(-1);
  }

  /** Whether every input channel is seen alone: a depthwise convolution. */
  public boolean isDepthwise() {
    return groups() > 1 && groupChannels() == 1;
  }

  /** A dense tensor of {@code like}'s type and shape with the given elements, rounded to it. */
  public static Tensor replaced(Tensor like, float[] values) {
    if (like.dtype() == DType.F32) {
      return Tensor.of(values, like.shape().dims());
    }
    Tensor copy = Tensor.allocate(Arena.ofAuto(), like.dtype(), like.shape());
    for (int i = 0; i < values.length; i++) {
      Elements.setDouble(like.dtype(), copy.values(), i, values[i]);
    }
    return copy.withQuantization(like.quantization());
  }
}

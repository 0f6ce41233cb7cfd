package dev.pith.compress.onnx;

import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvInteger;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Transpose;
import java.util.ArrayList;
import java.util.List;

/** Convolutions. Weights come as O, I, kernel and are kept as O, kernel, I. */
final class ConvOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("Conv", ConvOps::conv),
          OnnxOp.microsoft("FusedConv", ConvOps::fusedConv),
          OnnxOp.of("ConvInteger", ConvOps::convInteger));

  private ConvOps() {}

  private static void conv(OnnxNode node, GraphBuilder graph) {
    conv(node, graph, Activation.NONE);
  }

  private static void fusedConv(OnnxNode node, GraphBuilder graph) {
    List<Float> parameters = node.floats("activation_params", List.of());
    float alpha = parameters.isEmpty() ? 0 : parameters.get(0);
    float beta = parameters.size() < 2 ? 0 : parameters.get(1);
    String name = node.string("activation", "");
    Activation activation =
        switch (name) {
          case "" -> Activation.NONE;
          case "Relu" -> Activation.RELU;
          case "Clip" -> Activation.clip(alpha, beta);
          case "LeakyRelu" -> new Activation(Activation.Kind.LEAKY_RELU, alpha, 0);
          case "Sigmoid" -> new Activation(Activation.Kind.SIGMOID, 0, 0);
          case "Tanh" -> new Activation(Activation.Kind.TANH, 0, 0);
          case "HardSigmoid" -> new Activation(Activation.Kind.HARD_SIGMOID, alpha, beta);
          default -> throw node.refuse("its activation is " + name + ", which is not supported");
        };
    conv(node, graph, activation);
  }

  private static void conv(OnnxNode node, GraphBuilder graph, Activation activation) {
    ConvWindow window = Windows.of(node, 1);
    DType dtype = node.dtype(0);
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.toFloat(node.input(0)));
    inputs.add(floatWeight(node, graph));
    if (node.hasInput(2) || node.hasInput(3)) {
      inputs.add(node.hasInput(2) ? graph.toFloat(node.input(2)) : "");
    }
    if (node.hasInput(3)) {
      inputs.add(graph.toFloat(node.input(3)));
    }
    Conv conv = new Conv(window, activation);
    graph.outputAs(node, dtype, conv, inputs);
  }

  /** Name of the weight at input {@code index} in Pith's order. */
  static String weight(OnnxNode node, GraphBuilder graph, int index) {
    int rank = node.requireRank(index);
    if (rank < 3) {
      throw node.refuse("its weight (input " + index + ") has rank " + rank + "; 3 is least");
    }
    String weight = node.input(index);
    if (graph.isStored(weight)) {
      return graph.reordered(weight, "channels_last", WeightOrder::channelsLast);
    }
    List<Long> order = new ArrayList<>();
    order.add(0L);
    for (long axis = 2; axis < rank; axis++) {
      order.add(axis);
    }
    order.add(1L);
    return graph.add(new Transpose(order), weight);
  }

  /** The same for weights of floating-point layers: F32, or kept in 16 bits. */
  private static String floatWeight(OnnxNode node, GraphBuilder graph) {
    String weight = weight(node, graph, 1);
    DType dtype = graph.dtype(weight);
    boolean half = dtype == DType.F16 || dtype == DType.BF16;
    return half ? weight : graph.toFloat(weight);
  }

  private static void convInteger(OnnxNode node, GraphBuilder graph) {
    ConvWindow window = Windows.of(node, 1);
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(1, weight(node, graph, 1));
    graph.write(new ConvInteger(window), inputs, node.outputs());
  }
}

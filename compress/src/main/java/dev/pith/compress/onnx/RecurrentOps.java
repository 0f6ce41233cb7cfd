package dev.pith.compress.onnx;

import dev.pith.kernels.recurrent.Gate;
import dev.pith.kernels.recurrent.RecurrentProblem.Cell;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.Recurrent;
import dev.pith.runtime.graph.ops.Reshape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** LSTM, GRU and RNN. */
final class RecurrentOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("LSTM", (node, graph) -> recurrent(node, graph, Cell.LSTM)),
          OnnxOp.of("GRU", (node, graph) -> recurrent(node, graph, Cell.GRU)),
          OnnxOp.of("RNN", (node, graph) -> recurrent(node, graph, Cell.RNN)));

  private RecurrentOps() {}

  private static void recurrent(OnnxNode node, GraphBuilder graph, Cell cell) {
    if (node.dtype(0) != null && node.dtype(0) != DType.F32) {
      throw node.refuse("its elements are " + node.dtype(0) + "; F32 is supported");
    }
    String direction = node.string("direction", "forward").toLowerCase(Locale.ROOT);
    int directions =
        switch (direction) {
          case "forward", "reverse" -> 1;
          case "bidirectional" -> 2;
          default -> throw node.refuse("direction is " + direction + ", which is none");
        };
    Recurrent op =
        new Recurrent(
            cell,
            hidden(node),
            directions,
            direction.equals("reverse"),
            gates(node, cell, directions),
            node.floating("clip", 0),
            node.flag("input_forget", false),
            node.flag("linear_before_reset", false),
            node.flag("layout", false));
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(1, matrix(graph, node.input(1)));
    inputs.set(2, matrix(graph, node.input(2)));
    graph.write(op, inputs, node.outputs());
  }

  private static int hidden(OnnxNode node) {
    if (node.has("hidden_size")) {
      return Math.toIntExact(node.integer("hidden_size", 0));
    }
    Shape r = node.shape(2);
    if (r == null || r.rank() != 3) {
      throw node.refuse("hidden_size is missing and the extents of R are not known");
    }
    return r.dimInt(2);
  }

  /** [D, rows, columns] as [D · rows, columns]. */
  private static String matrix(GraphBuilder graph, String weight) {
    Tensor constant = graph.constant(weight);
    if (constant == null) {
      return graph.add(new Reshape(false), weight, graph.longs(-1, lastExtent(graph, weight)));
    }
    Shape shape = constant.shape();
    Shape rows = Shape.of(shape.elementCount(0, shape.rank() - 1), shape.dim(-1));
    return graph.reordered(weight, "matrix", tensor -> tensor.reshaped(rows));
  }

  private static long lastExtent(GraphBuilder graph, String weight) {
    Shape shape = graph.shape(weight);
    if (shape == null) {
      throw new UnsupportedNodeException(
          "its weight " + weight + " is computed and its extents are not known");
    }
    return shape.dim(-1);
  }

  private static List<Gate> gates(OnnxNode node, Cell cell, int directions) {
    List<String> usual =
        switch (cell) {
          case LSTM -> List.of("Sigmoid", "Tanh", "Tanh");
          case GRU -> List.of("Sigmoid", "Tanh");
          case RNN -> List.of("Tanh");
        };
    List<String> names = node.strings("activations", List.of());
    if (names.isEmpty()) {
      names = new ArrayList<>(usual);
      names.addAll(directions == 2 ? usual : List.of());
    }
    if (names.size() != directions * cell.functions()) {
      throw node.refuse(
          "activations are " + names + "; " + directions * cell.functions() + " are needed");
    }
    List<Float> alphas = node.floats("activation_alpha", List.of());
    List<Float> betas = node.floats("activation_beta", List.of());
    List<Gate> gates = new ArrayList<>();
    int alpha = 0;
    int beta = 0;
    // The lists hold parameters only of the functions that have them, in order.
    for (String name : names) {
      Gate gate = gate(node, name);
      if (gate.alpha() != 0) {
        float a = alpha < alphas.size() ? alphas.get(alpha) : gate.alpha();
        alpha++;
        float b = gate.beta();
        if (hasBeta(gate.kind())) {
          b = beta < betas.size() ? betas.get(beta) : b;
          beta++;
        }
        gate = new Gate(gate.kind(), a, b);
      }
      gates.add(gate);
    }
    return gates;
  }

  private static boolean hasBeta(Gate.Kind kind) {
    return kind == Gate.Kind.AFFINE
        || kind == Gate.Kind.SCALED_TANH
        || kind == Gate.Kind.HARD_SIGMOID;
  }

  /** The function with ONNX's default parameters. */
  private static Gate gate(OnnxNode node, String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sigmoid" -> Gate.of(Gate.Kind.SIGMOID);
      case "tanh" -> Gate.of(Gate.Kind.TANH);
      case "relu" -> Gate.of(Gate.Kind.RELU);
      case "affine" -> new Gate(Gate.Kind.AFFINE, 1, 0);
      case "leakyrelu" -> new Gate(Gate.Kind.LEAKY_RELU, 0.01f, 0);
      case "thresholdedrelu" -> new Gate(Gate.Kind.THRESHOLDED_RELU, 1, 0);
      case "scaledtanh" -> new Gate(Gate.Kind.SCALED_TANH, 1, 1);
      case "hardsigmoid" -> new Gate(Gate.Kind.HARD_SIGMOID, 0.2f, 0.5f);
      case "elu" -> new Gate(Gate.Kind.ELU, 1, 0);
      case "softsign" -> Gate.of(Gate.Kind.SOFTSIGN);
      case "softplus" -> Gate.of(Gate.Kind.SOFTPLUS);
      default -> throw node.refuse("its activation is " + name + ", which ONNX does not define");
    };
  }
}

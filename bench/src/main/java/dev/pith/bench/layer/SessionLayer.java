package dev.pith.bench.layer;

import dev.pith.kernels.Activation;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.plan.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A layer as a session runs it: the network that consists of it alone, kernels chosen by the
 * planner, work shared by the session's threads, on any device. A run also copies the input in and
 * the output out. Not thread-safe.
 */
public final class SessionLayer implements OpenLayer {

  private static final String INPUT = "x";
  private static final String OUTPUT = "y";

  private final Model model;
  private final Session session;
  private final Map<String, Tensor> inputs;
  private Tensor output;

  private SessionLayer(Model model, Session session, Tensor input) {
    this.model = model;
    this.session = session;
    this.inputs = Map.of(INPUT, input);
  }

  /** Opens the layer; the session is planned when it runs first. */
  public static SessionLayer open(LayerOperands operands, SessionOptions options) {
    return open(operands, 1, options);
  }

  /**
   * Opens a network of {@code count} such layers, one after the other, so that what a session does
   * once in a run counts less. Results must have the extents of the input.
   */
  public static SessionLayer open(LayerOperands operands, int count, SessionOptions options) {
    if (count > 1 && !operands.outputShape().equals(operands.input().shape())) {
      throw new IllegalArgumentException(
          operands.spec() + " turns " + operands.input().shape() + " into another shape");
    }
    Model model = Model.of(graph(operands, count));
    try {
      return new SessionLayer(model, model.newSession(options), operands.input());
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static Graph graph(LayerOperands operands, int count) {
    Tensor[] tensors = operands.inputs();
    List<String> names = new ArrayList<>(List.of(INPUT));
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (int i = 1; i < tensors.length; i++) {
      String name = tensors[i] == null ? "" : "c" + i;
      names.add(name);
      if (tensors[i] != null) {
        constants.put(name, tensors[i]);
      }
    }
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String result = i == count ? OUTPUT : "x" + i;
      nodes.add(new Node("layer" + i, op(operands), names, List.of(result)));
      names = new ArrayList<>(names);
      names.set(0, result);
    }
    return new Graph(
        "layer",
        List.of(declared(INPUT, operands.input().dtype(), operands.input().shape())),
        List.of(declared(OUTPUT, operands.outputType(), operands.outputShape())),
        nodes,
        constants);
  }

  private static ValueInfo declared(String name, DType dtype, Shape shape) {
    return new ValueInfo(name, dtype, Arrays.stream(shape.dims()).mapToObj(Dim::of).toList());
  }

  private static Op op(LayerOperands operands) {
    return switch (operands.problem()) {
      case ConvProblem conv -> new Conv(window(conv.geometry()), Activation.NONE);
      case QConvProblem conv -> new QConv(window(conv.geometry()), conv.requantize());
      case LinearProblem linear -> new Linear(Activation.NONE);
      case QLinearProblem linear -> new QLinear(linear.requantize());
      default -> throw new IllegalStateException(operands.problem() + " is no layer");
    };
  }

  private static ConvWindow window(ConvGeometry g) {
    return new ConvWindow(g.strides(), g.dilations(), g.padsBegin(), g.padsEnd(), g.groups());
  }

  /** Names of the kernels of the plan, each once, in the order of its steps. */
  public String kernels() {
    return session.plan(inputs).steps().stream()
        .map(Step::selection)
        .map(selection -> selection.chosen().name())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  @Override
  public void run() {
    output = session.run(inputs).get(OUTPUT);
  }

  @Override
  public Tensor output() {
    return output;
  }

  @Override
  public long weightBytes() {
    return session.receipt().residentWeightBytes();
  }

  @Override
  public void close() {
    session.close();
    model.close();
  }
}

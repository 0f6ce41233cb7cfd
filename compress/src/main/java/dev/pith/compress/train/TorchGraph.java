package dev.pith.compress.train;

import dev.pith.compress.train.ops.TorchCall;
import dev.pith.compress.train.ops.TorchOps;
import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.InvalidGraphException;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.plan.GraphEvaluator;
import dev.pith.runtime.plan.Specializer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A graph on libtorch: its weights are parameters with gradients, its nodes run as operations that
 * know their derivatives. Weights keep the graph's own layout (O, kernel, C), so that masks and
 * blocks mean the same here and there. BatchNorm stays a node of its own and normalizes with the
 * batch while training.
 *
 * <p>The graph must be in floating point, its constants folded. Each combination of input shapes is
 * specialised once and kept. Owns native memory until closed. Not thread-safe.
 */
public final class TorchGraph implements AutoCloseable {

  private static final int PLANS = 4;

  private final Graph graph;
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<List<TensorType>, Plan> plans =
      new LinkedHashMap<>(8, 0.75f, /* accessOrder= */ true);
  private final List<ForwardHook> hooks = new ArrayList<>();
  private Graph running;
  private Derivation derivation = Derivation.NONE;

  /** Nodes to run for one combination of input shapes, and constants on libtorch. */
  private record Plan(Specializer.Specialized specialized, Map<String, Tensor> constants) {}

  private TorchGraph(Graph graph) {
    this.graph = graph;
    this.running = graph;
  }

  /**
   * Puts a graph on libtorch.
   *
   * @throws IllegalArgumentException if it has no weights to train
   */
  public static TorchGraph of(Graph graph) {
    Torch.start();
    TorchGraph result = new TorchGraph(graph);
    Parameters.of(graph).forEach(name -> result.parameters.put(name, result.load(name, true)));
    Parameters.buffersOf(graph).forEach(name -> result.buffers.put(name, result.load(name, false)));
    if (result.parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "graph " + graph.name() + " has no floating-point weights to train");
    }
    return result;
  }

  private Tensor load(String name, boolean trained) {
    Tensor tensor = Torch.keep(TorchTensors.copy(graph.constants().get(name)));
    tensor.requires_grad_(trained);
    return tensor;
  }

  /** The graph as it was given. */
  public Graph source() {
    return graph;
  }

  /** Names of the trained constants, in the graph's order. */
  public List<String> parameterNames() {
    return List.copyOf(parameters.keySet());
  }

  /** The parameters by name: leaves with gradients. */
  Map<String, Tensor> parameters() {
    return parameters;
  }

  /** Running statistics by name: updated by training, without gradients. */
  Map<String, Tensor> buffers() {
    return buffers;
  }

  /**
   * Runs another graph from now on, with the same inputs and outputs, whose constants are computed
   * from the parameters of this one; training goes on with these.
   *
   * @param other the graph to run
   * @param constants which constants are computed, and how
   */
  void execute(Graph other, Derivation constants) {
    plans.values().forEach(TorchGraph::release);
    plans.clear();
    running = other;
    derivation = constants;
  }

  /** Lets {@code hook} change what parameters and values become on the way; in order of adding. */
  void add(ForwardHook hook) {
    hooks.add(hook);
  }

  /** Takes a hook out again. */
  void remove(ForwardHook hook) {
    hooks.remove(hook);
  }

  /**
   * Runs the graph.
   *
   * @param inputs graph inputs by name
   * @param training whether normalizations use the batch and update their running statistics
   * @return every value computed, by name; they live in the caller's {@link PointerScope}
   */
  Map<String, Tensor> forward(Map<String, Tensor> inputs, boolean training) {
    Plan plan = plan(inputs);
    Map<String, Tensor> values = new HashMap<>(plan.constants());
    values.putAll(buffers);
    parameters.forEach((name, leaf) -> values.put(name, hooked(name, leaf, true)));
    values.putAll(derivation.derive(values));
    inputs.forEach((name, value) -> values.put(name, hooked(name, value, false)));
    for (Node node : plan.specialized().nodes()) {
      run(node, plan, values, training);
    }
    return values;
  }

  private Tensor hooked(String name, Tensor value, boolean parameter) {
    Tensor result = value;
    for (ForwardHook hook : hooks) {
      result = parameter ? hook.parameter(name, result) : hook.value(name, result);
    }
    return result;
  }

  private void run(Node node, Plan plan, Map<String, Tensor> values, boolean training) {
    List<Tensor> inputs = new ArrayList<>();
    List<dev.pith.kernels.tensor.Tensor> known = new ArrayList<>();
    for (String input : node.inputs()) {
      inputs.add(input.isEmpty() ? null : values.get(input));
      known.add(plan.specialized().known().get(input));
    }
    List<TensorType> types = new ArrayList<>();
    node.outputs().forEach(output -> types.add(plan.specialized().types().get(output)));
    TorchCall call =
        new TorchCall(node, inputs, known, types, training, derivation.logScale(node.output(0)));
    List<Tensor> outputs = TorchOps.of(node.op()).run(call);
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.output(i).isEmpty()) {
        values.put(node.output(i), hooked(node.output(i), outputs.get(i), false));
      }
    }
  }

  private Plan plan(Map<String, Tensor> inputs) {
    List<TensorType> key = new ArrayList<>();
    Map<String, TensorType> types = new HashMap<>();
    graph
        .inputs()
        .forEach(
            input -> {
              Shape shape = Shape.of(TorchTensors.dims(inputs.get(input.name())));
              // All floating-point values are F32 on libtorch.
              DType dtype = input.dtype().isFloat() ? DType.F32 : input.dtype();
              key.add(new TensorType(dtype, shape));
              types.put(input.name(), new TensorType(dtype, shape));
            });
    Plan plan = plans.get(key);
    if (plan == null) {
      plan = specialize(types);
      plans.put(key, plan);
      if (plans.size() > PLANS) {
        release(plans.remove(plans.keySet().iterator().next()));
      }
    }
    return plan;
  }

  private Plan specialize(Map<String, TensorType> inputs) {
    Map<String, TensorType> types = new HashMap<>(inputs);
    Map<String, dev.pith.kernels.tensor.Tensor> constants =
        new LinkedHashMap<>(running.constants());
    types.putAll(derivation.types());
    constants.keySet().removeAll(derivation.types().keySet());
    for (Map<String, Tensor> changing : List.of(parameters, buffers)) {
      changing.forEach(
          (name, tensor) -> {
            constants.remove(name);
            types.put(name, new TensorType(DType.F32, Shape.of(TorchTensors.dims(tensor))));
          });
    }
    Specializer.Specialized specialized =
        new Specializer(new GraphEvaluator(Target.plainCpu(1))::evaluate)
            .specialize(running.withConstants(constants), types, Map.of());
    if (!specialized.isComplete()) {
      throw new InvalidGraphException(
          "training: node "
              + specialized.blockedNode().name()
              + " has shapes that depend on data ("
              + specialized.blockedValue()
              + "); such graphs cannot be trained");
    }
    Map<String, String> untrainable = TorchOps.untrainable(specialized.nodes());
    if (!untrainable.isEmpty()) {
      throw new InvalidGraphException(
          "training: no gradients are known for the operations " + untrainable + " (name=node)");
    }
    return new Plan(specialized, constantsOf(specialized));
  }

  private static Map<String, Tensor> constantsOf(Specializer.Specialized specialized) {
    Map<String, Tensor> constants = new HashMap<>();
    List<String> used = new ArrayList<>(specialized.graph().outputNames());
    specialized.nodes().forEach(node -> used.addAll(node.inputs()));
    for (String name : used) {
      dev.pith.kernels.tensor.Tensor value = specialized.known().get(name);
      if (value != null && !constants.containsKey(name)) {
        constants.put(name, Torch.keep(TorchTensors.copy(value)));
      }
    }
    return constants;
  }

  /**
   * Runs the graph as inference does, without gradients, and returns its outputs by name.
   *
   * @param inputs a dense tensor for each graph input
   */
  public Map<String, dev.pith.kernels.tensor.Tensor> run(
      Map<String, dev.pith.kernels.tensor.Tensor> inputs) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      Map<String, Tensor> given = new HashMap<>();
      inputs.forEach((name, value) -> given.put(name, TorchTensors.copy(value)));
      Map<String, Tensor> values = forward(given, false);
      Map<String, dev.pith.kernels.tensor.Tensor> outputs = new LinkedHashMap<>();
      for (String name : graph.outputNames()) {
        Tensor value = values.get(name);
        DType dtype = value.is_floating_point() ? DType.F32 : DType.I64;
        outputs.put(name, TorchTensors.copy(value, dtype));
      }
      return outputs;
    }
  }

  /** The graph with the weights and running statistics as they are now. */
  public Graph graph() {
    Map<String, dev.pith.kernels.tensor.Tensor> constants = new LinkedHashMap<>(graph.constants());
    try (var _ = new PointerScope()) {
      for (Map<String, Tensor> changing : List.of(parameters, buffers)) {
        changing.forEach((name, tensor) -> constants.put(name, stored(name, tensor)));
      }
    }
    return graph.withConstants(constants);
  }

  /** The value with the element type its constant has in the graph. */
  private dev.pith.kernels.tensor.Tensor stored(String name, Tensor tensor) {
    var value = TorchTensors.copy(tensor, DType.F32);
    return Parameters.convert(value, graph.constants().get(name).dtype());
  }

  private static void release(Plan plan) {
    plan.constants().values().forEach(Torch::release);
  }

  @Override
  public void close() {
    parameters.values().forEach(Torch::release);
    buffers.values().forEach(Torch::release);
    plans.values().forEach(TorchGraph::release);
    parameters.clear();
    buffers.clear();
    plans.clear();
  }
}

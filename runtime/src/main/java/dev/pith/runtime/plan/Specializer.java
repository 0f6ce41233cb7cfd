package dev.pith.runtime.plan;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ControlFlowOp;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.InvalidGraphException;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Binds a graph to concrete input types (and maybe values): infers every type, computes every value
 * that does not depend on what is unknown, and keeps the nodes that must run.
 */
public final class Specializer {

  private final NodeEvaluator evaluator;

  /**
   * A specializer that folds with the given evaluator.
   *
   * @param evaluator computes nodes whose inputs are all known
   */
  public Specializer(NodeEvaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** Computes the outputs of one node from known inputs. */
  @FunctionalInterface
  public interface NodeEvaluator {
    /**
     * Computes the outputs.
     *
     * @param context the node with all its input values
     * @return one tensor for each output place; {@code null} for outputs the node does not name
     */
    List<Tensor> evaluate(NodeView context);
  }

  /**
   * A node together with what is known of its inputs, for evaluators.
   *
   * @param node the node
   * @param inputs input values by place; {@code null} where absent
   * @param outputs inferred types by place
   * @param problem what a kernel must solve
   */
  public record NodeView(
      Node node, List<Tensor> inputs, List<TensorType> outputs, dev.pith.kernels.Problem problem) {}

  /**
   * The result.
   *
   * @param graph the graph that was specialised
   * @param nodes nodes that must run, in order, views included
   * @param types types of all values computed at run time, graph inputs included
   * @param known values known beforehand: constants, given inputs, folded values
   * @param blockedValue name of a value that had to be known and was not; {@code null} if none
   * @param blockedNode the node that needed it; {@code null} if none
   */
  public record Specialized(
      Graph graph,
      List<Node> nodes,
      Map<String, TensorType> types,
      Map<String, Tensor> known,
      String blockedValue,
      Node blockedNode) {

    /** Whether every node could be planned. */
    public boolean isComplete() {
      return blockedNode == null;
    }
  }

  /**
   * Specialises {@code graph}.
   *
   * @param inputTypes concrete types of the graph inputs that are not in {@code inputValues}
   * @param inputValues graph inputs whose values are known
   * @throws InvalidGraphException if a node refuses its inputs; the message names the node
   */
  public Specialized specialize(
      Graph graph, Map<String, TensorType> inputTypes, Map<String, Tensor> inputValues) {
    Map<String, TensorType> types = new HashMap<>(inputTypes);
    Map<String, Tensor> known = new HashMap<>(graph.constants());
    known.putAll(inputValues);
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes()) {
      NodeContext context = NodeContext.of(node, types, known);
      try {
        int missing = missing(node, context);
        if (missing >= 0) {
          return new Specialized(graph, kept, types, known, node.input(missing), node);
        }
        if (!fold(node, context, known)) {
          List<TensorType> outputs = node.op().infer(context);
          node.checkOutputs(outputs.size());
          for (int i = 0; i < node.outputs().size(); i++) {
            types.put(node.output(i), outputs.get(i));
          }
          kept.add(node);
        }
      } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
        throw new InvalidGraphException(
            "node " + node.name() + " (" + node.op().name() + "): " + e.getMessage(), e);
      }
    }
    return new Specialized(graph, kept, types, known, null, null);
  }

  private static int missing(Node node, NodeContext context) {
    if (node.op() instanceof ControlFlowOp) {
      for (int i = 0; i < context.inputCount(); i++) {
        if (context.has(i) && context.value(i) == null) {
          return i;
        }
      }
    }
    return context.missingValue();
  }

  private boolean fold(Node node, NodeContext context, Map<String, Tensor> known) {
    List<Tensor> outputs = node.op() instanceof ControlFlowOp ? null : node.op().fold(context);
    if (outputs == null && context.allKnown()) {
      outputs = evaluate(node, context);
    }
    if (outputs == null) {
      return false;
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.output(i).isEmpty()) {
        known.put(node.output(i), outputs.get(i));
      }
    }
    return true;
  }

  private List<Tensor> evaluate(Node node, NodeContext context) {
    if (node.op() instanceof ControlFlowOp control) {
      return control.evaluate(context.values(), node.outputs().size(), this::evaluateGraph);
    }
    List<TensorType> outputs = node.op().infer(context);
    if (node.op().isView()) {
      return List.of(context.value(0).reshaped(outputs.get(0).shape()));
    }
    return evaluator.evaluate(
        new NodeView(node, context.values(), outputs, node.op().problem(context, outputs)));
  }

  /** Computes the outputs of a graph all of whose inputs are known. */
  public List<Tensor> evaluateGraph(Graph graph, Map<String, Tensor> inputs) {
    Specialized done = specialize(graph, Map.of(), inputs);
    if (!done.isComplete() || !done.nodes().isEmpty()) {
      throw new InvalidGraphException(
          "graph " + graph.name() + " reads a value that nothing provides");
    }
    List<Tensor> outputs = new ArrayList<>();
    for (String name : graph.outputNames()) {
      Tensor value = done.known().get(name);
      if (value == null) {
        throw new InvalidGraphException("output " + name + " is provided by nothing");
      }
      outputs.add(value);
    }
    return outputs;
  }
}

package dev.pith.compress.pass;

import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidth;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.plan.GraphEvaluator;
import dev.pith.runtime.plan.Specializer.NodeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Types of a graph's values, and values of nodes whose inputs are known. Stateless, thread-safe.
 */
public final class GraphTypes {

  private static final GraphEvaluator EVALUATOR =
      new GraphEvaluator(Target.plainCpu(1).withVectorBits(VectorWidth.preferredBits()));

  private GraphTypes() {}

  /** What can be found of the types of {@code graph}'s values, and of its small values. */
  public static TypeTracker of(Graph graph) {
    return of(graph, 1);
  }

  /**
   * The same with another sample for symbolic first extents: what is found equal for two samples is
   * equal whatever the batch.
   */
  public static TypeTracker of(Graph graph, long sampleBatch) {
    TypeTracker types = newTracker(sampleBatch);
    graph.inputs().forEach(types::input);
    graph.constants().forEach(types::constant);
    graph.nodes().forEach(types::add);
    return types;
  }

  private static TypeTracker newTracker(long sampleBatch) {
    return new TypeTracker(
        (node, inputs, outputs, problem) ->
            EVALUATOR.evaluate(new NodeView(node, inputs, outputs, problem)),
        sampleBatch);
  }

  /** The outputs of {@code node} from known inputs; an output left out is {@code null}. */
  public static List<Tensor> evaluate(Node node, Map<String, Tensor> values) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    node.inputs().stream()
        .filter(input -> !input.isEmpty())
        .forEach(input -> constants.put(input, values.get(input)));
    List<ValueInfo> outputs =
        node.outputs().stream()
            .filter(output -> !output.isEmpty())
            .map(output -> new ValueInfo(output, null, null))
            .toList();
    Graph graph = new Graph("", List.of(), outputs, List.of(node), constants);
    Map<String, Tensor> computed = EVALUATOR.run(graph, Map.of());
    List<Tensor> results = new ArrayList<>();
    node.outputs().forEach(output -> results.add(computed.get(output)));
    return results;
  }
}

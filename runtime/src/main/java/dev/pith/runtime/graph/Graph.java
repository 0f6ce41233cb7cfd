package dev.pith.runtime.graph;

import dev.pith.kernels.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network: inputs, outputs, constants, and nodes in topological order. Immutable, thread-safe.
 *
 * @param name name for people; may be empty
 * @param inputs values given at each run
 * @param outputs values returned by each run
 * @param nodes in topological order
 * @param constants weights and other values known beforehand, by name; iteration order is fixed
 */
public record Graph(
    String name,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    List<Node> nodes,
    Map<String, Tensor> constants) {

  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
  }

  /** The constant that is input {@code index} of {@code node}, or {@code null}. */
  public Tensor constant(Node node, int index) {
    return constants.get(node.input(index));
  }

  /** Names of the outputs in order. */
  public List<String> outputNames() {
    return outputs.stream().map(ValueInfo::name).toList();
  }

  /** The same graph with other nodes. */
  public Graph withNodes(List<Node> other) {
    return new Graph(name, inputs, outputs, other, constants);
  }

  /** The same graph with other constants. */
  public Graph withConstants(Map<String, Tensor> other) {
    return new Graph(name, inputs, outputs, nodes, other);
  }
}

package dev.pith.runtime.graph;

import dev.pith.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A mutable copy of a graph for a pass to work on; {@link #toGraph} sorts it topologically and
 * drops nodes and constants that no output needs. Not thread-safe.
 */
public final class GraphEditor {

  private final Graph original;
  private final List<Node> nodes;
  private final Map<String, Tensor> constants;
  private final Set<String> names = new HashSet<>();

  public GraphEditor(Graph graph) {
    this.original = graph;
    this.nodes = new ArrayList<>(graph.nodes());
    this.constants = new LinkedHashMap<>(graph.constants());
    graph.inputs().forEach(input -> names.add(input.name()));
    names.addAll(constants.keySet());
    for (Node node : nodes) {
      names.add(node.name());
      names.addAll(node.outputs());
    }
  }

  /** The nodes as they stand, a copy. */
  public List<Node> nodes() {
    return new ArrayList<>(nodes);
  }

  /** The constants as they stand; changes go through {@link #putConstant}. */
  public Map<String, Tensor> constants() {
    return new LinkedHashMap<>(constants);
  }

  /** The constant that is input {@code index} of {@code node}, or {@code null}. */
  public Tensor constant(Node node, int index) {
    return constants.get(node.input(index));
  }

  /** Whether {@code value} is a constant. */
  public boolean isConstant(String value) {
    return constants.containsKey(value);
  }

  /** A value or node name derived from {@code base} that is not in use; reserved from now on. */
  public String freshName(String base) {
    String name = base;
    for (int i = 1; !names.add(name); i++) {
      name = base + "_" + i;
    }
    return name;
  }

  /** Adds or replaces a constant. */
  public void putConstant(String name, Tensor value) {
    names.add(name);
    constants.put(name, value);
  }

  /** Adds a constant under a fresh name derived from {@code base} and returns the name. */
  public String addConstant(String base, Tensor value) {
    String name = freshName(base);
    constants.put(name, value);
    return name;
  }

  /** Adds a node; its place in the order is found by {@link #toGraph}. */
  public void add(Node node) {
    names.add(node.name());
    names.addAll(node.outputs());
    nodes.add(node);
  }

  /** Replaces the node with the same name as {@code node}. */
  public void replace(Node node) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).name().equals(node.name())) {
        names.addAll(node.outputs());
        nodes.set(i, node);
        return;
      }
    }
    throw new IllegalArgumentException("no node is named " + node.name());
  }

  /** Removes a node; whoever used its outputs must be redirected with {@link #redirect}. */
  public void remove(Node node) {
    if (!nodes.removeIf(other -> other.name().equals(node.name()))) {
      throw new IllegalArgumentException("no node is named " + node.name());
    }
  }

  /** Makes every node that reads {@code from} read {@code to} instead. Graph outputs keep names. */
  public void redirect(String from, String to) {
    nodes.replaceAll(
        node ->
            node.inputs().contains(from)
                ? node.withInputs(node.inputs().stream().map(n -> n.equals(from) ? to : n).toList())
                : node);
  }

  /**
   * Removes {@code node}, whose output 0 equals {@code value}: readers read {@code value} instead.
   * Where the graph returns the output, whoever writes {@code value} writes it under that name.
   *
   * @return whether the node could be removed; not if the graph returns both values, or returns the
   *     output and {@code value} is an input or a constant
   */
  public boolean bypass(Node node, String value) {
    String output = node.output(0);
    if (isOutput(output)) {
      Node producer = producer(value);
      if (producer == null || isOutput(value)) {
        return false;
      }
      remove(node);
      replace(
          producer.withOutputs(
              producer.outputs().stream().map(o -> o.equals(value) ? output : o).toList()));
      redirect(value, output);
      return true;
    }
    remove(node);
    redirect(output, value);
    return true;
  }

  /**
   * The only node that reads {@code value}, or {@code null} if there are several or none, or if the
   * graph returns it.
   */
  public Node onlyConsumer(String value) {
    List<Node> readers = consumers(value);
    return readers.size() == 1 && !isOutput(value) ? readers.get(0) : null;
  }

  /** Whether {@code value} is an output of the graph. */
  public boolean isOutput(String value) {
    return original.outputNames().contains(value);
  }

  /** Nodes that read {@code value}. */
  public List<Node> consumers(String value) {
    return nodes.stream().filter(node -> node.inputs().contains(value)).toList();
  }

  /** The node that writes {@code value}, or {@code null} for inputs and constants. */
  public Node producer(String value) {
    for (Node node : nodes) {
      if (!value.isEmpty() && node.outputs().contains(value)) {
        return node;
      }
    }
    return null;
  }

  /**
   * The edited graph in topological order (stable: original order where possible), without dead
   * nodes and constants.
   *
   * @throws InvalidGraphException if nodes form a cycle or read a value nobody writes
   */
  public Graph toGraph() {
    Map<String, Node> producers = new HashMap<>();
    for (Node node : nodes) {
      node.outputs().stream().filter(o -> !o.isEmpty()).forEach(o -> producers.put(o, node));
    }
    Set<String> inputs = new HashSet<>();
    original.inputs().forEach(input -> inputs.add(input.name()));
    Set<Node> live = TopologicalSort.reachable(original.outputNames(), producers);
    List<Node> sorted =
        TopologicalSort.sort(nodes.stream().filter(live::contains).toList(), producers);
    Set<String> used = new HashSet<>(original.outputNames());
    for (Node node : sorted) {
      for (String input : node.inputs()) {
        used.add(input);
        if (!input.isEmpty()
            && !producers.containsKey(input)
            && !inputs.contains(input)
            && !constants.containsKey(input)) {
          throw new InvalidGraphException(
              "node " + node.name() + " reads " + input + ", which nothing provides");
        }
      }
    }
    Map<String, Tensor> kept = new LinkedHashMap<>(constants);
    kept.keySet().retainAll(used);
    return new Graph(original.name(), original.inputs(), original.outputs(), sorted, kept);
  }
}

package dev.pith.runtime.graph;

import dev.pith.runtime.graph.ops.Ops;
import java.util.HashSet;
import java.util.Set;

/**
 * What a legal graph is; run at every boundary (import, after each pass, load). Stateless,
 * thread-safe.
 *
 * <p>Value names and node names are unique, every value is written before it is read, outputs are
 * written, operations are listed in {@link Ops#ALL}, and where types can be found the operations
 * accept them. Bodies of control-flow nodes are legal graphs too.
 */
public final class GraphVerifier {

  private final String stage;

  private GraphVerifier(String stage) {
    this.stage = stage;
  }

  /**
   * Checks {@code graph}.
   *
   * @param stage what was done last: "import", a pass's name, "load"; the message says it
   * @throws InvalidGraphException naming the stage, the node and the rule that is broken
   */
  public static void verify(Graph graph, String stage) {
    new GraphVerifier(stage).verify(graph);
  }

  private void verify(Graph graph) {
    Set<String> values = new HashSet<>();
    TypeTracker types = new TypeTracker(null);
    for (ValueInfo input : graph.inputs()) {
      define(input.name(), values, "input");
      types.input(input);
    }
    graph
        .constants()
        .forEach(
            (name, value) -> {
              define(name, values, "constant");
              types.constant(name, value);
            });
    Set<String> nodes = new HashSet<>();
    for (Node node : graph.nodes()) {
      verify(node, values);
      if (!nodes.add(node.name()) || node.name().isEmpty()) {
        throw broken("node name \"" + node.name() + "\" is empty or used twice");
      }
      follow(node, types);
    }
    for (ValueInfo output : graph.outputs()) {
      if (!values.contains(output.name())) {
        throw broken("output " + output.name() + " is written by no node");
      }
    }
  }

  private void define(String value, Set<String> values, String what) {
    if (value.isEmpty() || !values.add(value)) {
      throw broken("the name \"" + value + "\" of " + what + " is empty or used twice");
    }
  }

  private void verify(Node node, Set<String> values) {
    if (!Ops.ALL.contains(node.op().getClass())) {
      throw broken("node " + node.name() + " has the unlisted operation " + node.op().name());
    }
    for (String input : node.inputs()) {
      if (!input.isEmpty() && !values.contains(input)) {
        throw broken(
            "node " + node.name() + " reads " + input + ", which no node before it writes");
      }
    }
    for (String output : node.outputs()) {
      if (!output.isEmpty()) {
        define(output, values, "an output of node " + node.name());
      }
    }
    if (node.op() instanceof ControlFlowOp) {
      for (Object attribute : OpCodec.attributes((Record) node.op()).values()) {
        if (attribute instanceof Graph body) {
          verify(body);
        }
      }
    }
  }

  private void follow(Node node, TypeTracker types) {
    try {
      types.add(node);
    } catch (InvalidGraphException e) {
      throw new InvalidGraphException("after " + stage + ": " + e.getMessage(), e);
    }
  }

  private InvalidGraphException broken(String rule) {
    return new InvalidGraphException("after " + stage + ": " + rule);
  }
}

package dev.pith.runtime.graph;

import java.util.Map;
import java.util.stream.Collectors;

/** The text form of graphs used by golden files, {@code inspect} and error messages. */
public final class GraphPrinter {

  private GraphPrinter() {}

  /** One line for each input, constant, node and output; constants show types, not values. */
  public static String print(Graph graph) {
    StringBuilder text = new StringBuilder();
    graph.inputs().forEach(input -> text.append("input  ").append(input).append('\n'));
    graph
        .constants()
        .forEach(
            (name, value) ->
                text.append("const  ").append(name).append(' ').append(value).append('\n'));
    graph.nodes().forEach(node -> text.append(print(node)).append('\n'));
    graph.outputs().forEach(output -> text.append("output ").append(output).append('\n'));
    return text.toString();
  }

  /** {@code y = Conv(x, w, b) {strides=[1, 1], …} # name}. */
  public static String print(Node node) {
    return String.join(", ", node.outputs())
        + " = "
        + node.op().name()
        + "("
        + String.join(", ", node.inputs())
        + ")"
        + attributes(node.op())
        + " # "
        + node.name();
  }

  private static String attributes(Op op) {
    if (!(op instanceof Record record)) {
      return "";
    }
    Map<String, Object> attributes = OpCodec.attributes(record);
    return attributes.isEmpty()
        ? ""
        : attributes.entrySet().stream()
            .map(e -> e.getKey() + "=" + text(e.getValue()))
            .collect(Collectors.joining(", ", " {", "}"));
  }

  private static String text(Object value) {
    return value instanceof Graph graph
        ? "graph of " + graph.nodes().size() + " nodes"
        : "" + value;
  }
}

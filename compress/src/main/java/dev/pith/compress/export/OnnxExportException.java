package dev.pith.compress.export;

import java.util.List;

/** A graph has nodes that ONNX cannot express; the message names them all, with reasons. */
public final class OnnxExportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** One line for each node. */
  @SuppressWarnings("serial") // List.copyOf gives a serializable list
  private final List<String> nodes;

  OnnxExportException(List<String> nodes) {
    super("the graph cannot be written as ONNX:\n  " + String.join("\n  ", nodes));
    this.nodes = List.copyOf(nodes);
  }

  /** One line for each node that cannot be expressed. */
  public List<String> nodes() {
    return nodes;
  }
}

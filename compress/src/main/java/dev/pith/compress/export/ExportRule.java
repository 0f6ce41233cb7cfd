package dev.pith.compress.export;

import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import java.util.function.BiFunction;

/**
 * How one operation is written.
 *
 * @param type the operation's record
 * @param write adds nodes to the model; returns why it cannot, or {@code null}
 */
record ExportRule(Class<? extends Op> type, BiFunction<Node, ExportContext, String> write) {

  /** Adds nodes; never refuses. */
  @FunctionalInterface
  interface Writer<T extends Op> {
    void write(T op, Node node, ExportContext model);
  }

  /** Adds nodes; returns why it cannot, or {@code null}. */
  @FunctionalInterface
  interface PartialWriter<T extends Op> {
    String write(T op, Node node, ExportContext model);
  }

  static <T extends Op> ExportRule of(Class<T> type, Writer<T> writer) {
    return new ExportRule(
        type,
        (node, model) -> {
          writer.write(type.cast(node.op()), node, model);
          return null;
        });
  }

  static <T extends Op> ExportRule partly(Class<T> type, PartialWriter<T> writer) {
    return new ExportRule(type, (node, model) -> writer.write(type.cast(node.op()), node, model));
  }

  /** An operation with the same inputs and outputs and no attributes. */
  static ExportRule same(Class<? extends Op> type, String onnx) {
    return new ExportRule(
        type,
        (node, model) -> {
          model.same(node, onnx);
          return null;
        });
  }
}

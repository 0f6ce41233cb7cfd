package dev.pith.compress.onnx;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An ONNX file cannot be imported: it is damaged, or has nodes Pith does not support; then the
 * message and {@link #refusals} name all of them.
 */
public final class OnnxImportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Refusal> refusals;

  /**
   * A node that is not supported.
   *
   * @param domain the operator's domain; {@code ai.onnx} for the standard one
   * @param type the operator
   * @param opset version of the domain's operator set the model uses; 0 where it does not say
   * @param node the node's name; that of its first output where it has none
   * @param reason why it is refused
   */
  public record Refusal(String domain, String type, long opset, String node, String reason) {
    @Override
    public String toString() {
      String version = opset == 0 ? "not declared" : "" + opset;
      return type + " (domain " + domain + ", opset " + version + "), node " + node + ": " + reason;
    }
  }

  public OnnxImportException(String message) {
    super(message);
    this.refusals = List.of();
  }

  public OnnxImportException(String message, Throwable cause) {
    super(message, cause);
    this.refusals = List.of();
  }

  OnnxImportException(String source, List<Refusal> refusals) {
    super(
        source
            + " has "
            + refusals.size()
            + (refusals.size() == 1 ? " unsupported node:" : " unsupported nodes:")
            + refusals.stream().map(r -> "\n  " + r).collect(Collectors.joining()));
    this.refusals = List.copyOf(refusals);
  }

  /** All unsupported nodes, in the order of the model; empty where the file itself is at fault. */
  public List<Refusal> refusals() {
    return refusals;
  }
}

package dev.pith.compress.onnx;

/**
 * A translation refuses a node; the message is the reason. The importer collects these and reports
 * all of a model's at once, so it never leaves the package's public methods.
 */
public final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnsupportedNodeException(String reason) {
    super(reason);
  }
}

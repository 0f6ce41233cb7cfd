package dev.pith.compress.onnx;

/**
 * One ONNX operator and how it becomes nodes of a graph.
 *
 * @param domain the operator's domain; {@link #ONNX} for the standard one
 * @param type the operator's name
 * @param translation adds the nodes
 */
record OnnxOp(String domain, String type, Translation translation) {

  /** The standard domain, as messages spell it; files leave it empty as well. */
  static final String ONNX = "ai.onnx";

  /** The domain of ONNX Runtime's own operators. */
  static final String MICROSOFT = "com.microsoft";

  /** An operator of the standard domain. */
  static OnnxOp of(String type, Translation translation) {
    return new OnnxOp(ONNX, type, translation);
  }

  /** An operator of ONNX Runtime's domain. */
  static OnnxOp microsoft(String type, Translation translation) {
    return new OnnxOp(MICROSOFT, type, translation);
  }

  /** Adds nodes to a graph that compute what one ONNX node computes. */
  @FunctionalInterface
  interface Translation {
    /**
     * Translates {@code node}; every output the node names must be written by an added node.
     *
     * @throws UnsupportedNodeException made by {@link OnnxNode#refuse} if the node cannot be
     *     translated
     */
    void translate(OnnxNode node, GraphBuilder graph);
  }
}

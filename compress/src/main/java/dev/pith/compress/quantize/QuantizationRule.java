package dev.pith.compress.quantize;

import dev.pith.runtime.graph.Node;

/** How one kind of node is written with quantized operands. */
interface QuantizationRule {

  /** Whether the rule is about nodes like this one; looks at the node and its constants only. */
  boolean applies(Node node, Rewriter graph);

  /**
   * Whether the node is worth quantizing even if none of its inputs is quantized yet (layers with
   * weights), as opposed to nodes that only carry quantized values on.
   */
  boolean isLayer();

  /**
   * Writes the quantized node; returns {@code false}, writing nothing, if it must stay floating.
   */
  boolean rewrite(Node node, Rewriter graph, StaticQuantization quantization);
}

package dev.pith.compress.prune;

import dev.pith.runtime.graph.Node;

/** How channels pass through one kind of node, and what the node becomes when some are removed. */
interface ChannelRule {

  /** Whether the rule is about this node. */
  boolean applies(Node node);

  /**
   * Labels the node's outputs and joins or holds channels. An output without labels has channels
   * that are never removed, so whatever feeds it must be held.
   */
  void trace(Node node, ChannelTrace trace);

  /** The node without the removed channels; constants are replaced through {@code cut}. */
  Node rewrite(Node node, ChannelCut cut);
}

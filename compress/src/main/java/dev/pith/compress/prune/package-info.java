/**
 * One-shot pruning: unstructured, blocks and N:M by magnitude or by second-order error, and whole
 * channels physically removed.
 *
 * <p>Read {@link dev.pith.compress.prune.PruneSpec}, then {@link dev.pith.compress.prune.Pruner}.
 * Depends on {@code dev.pith.compress.layer} and {@code dev.pith.runtime}.
 */
package dev.pith.compress.prune;

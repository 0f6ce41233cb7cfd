/**
 * The graph: immutable nodes in topological order, constants, and the contract of operations.
 *
 * <p>Read {@link dev.pith.runtime.graph.Graph}, then {@link dev.pith.runtime.graph.Op}. Depends on
 * {@code dev.pith.kernels} only.
 */
package dev.pith.runtime.graph;

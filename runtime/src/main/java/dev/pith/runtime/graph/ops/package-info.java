/**
 * The operations: one record each, its components are its attributes.
 *
 * <p>{@link dev.pith.runtime.graph.ops.Ops} lists them all.
 */
package dev.pith.runtime.graph.ops;

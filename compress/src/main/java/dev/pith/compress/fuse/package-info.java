/**
 * Passes that put several nodes into one: linear layers, batch normalization, activations and
 * residual sums in layers.
 *
 * <p>Read {@link dev.pith.compress.fuse.Layer} first. Depends on {@code pass} and the runtime's
 * graph.
 */
package dev.pith.compress.fuse;

/**
 * Whole networks in the forms that are compared: dense, quantized, pruned; with Pith and the peer.
 *
 * <p>Read {@link dev.pith.bench.model.Networks} first. Depends on {@code compress} and the peer.
 */
package dev.pith.bench.model;

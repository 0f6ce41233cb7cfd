/**
 * Weighted layers of a graph and the patterns that name them: what pruning, quantization, packing
 * and export agree on.
 *
 * <p>Read {@link dev.pith.compress.layer.WeightedLayer} first. Depends on {@code dev.pith.runtime}
 * only.
 */
package dev.pith.compress.layer;

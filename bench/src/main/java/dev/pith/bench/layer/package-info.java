/**
 * Single layers, run by one of Pith's kernels or by ONNX Runtime, with the same weights.
 *
 * <p>Read {@link dev.pith.bench.layer.LayerSpec} first. Depends on {@code kernels} and the peer.
 */
package dev.pith.bench.layer;

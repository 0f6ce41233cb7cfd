/**
 * Passes that keep quantized networks quantized: operations between DequantizeLinear and
 * QuantizeLinear become operations on 8-bit integers, and ONNX's integer layers the ones Pith has
 * fast kernels for. They run before constants are folded, which would turn weights into floating
 * point.
 *
 * <p>Read {@link dev.pith.compress.qdq.QuantizedLayers} first. Depends on {@code pass}, {@code
 * onnx.WeightOrder} and the runtime's graph.
 */
package dev.pith.compress.qdq;

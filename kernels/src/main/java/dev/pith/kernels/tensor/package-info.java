/**
 * Tensors: element types, shapes, quantization, and the contract of compressed layouts.
 *
 * <p>Read {@link dev.pith.kernels.tensor.Tensor} first. The layouts themselves are in {@code
 * dev.pith.kernels.layout}; this package never names one of them except dense.
 */
package dev.pith.kernels.tensor;

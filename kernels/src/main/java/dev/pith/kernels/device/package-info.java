/**
 * What device kernels share: the prelude under which one source is OpenCL C and CUDA C, programs,
 * tables of extents and strides, and compressed weights as kernels read them.
 *
 * <p>Read {@link dev.pith.kernels.device.ProgramBuilder} first; it may depend on {@code tensor} and
 * {@code layout}.
 */
package dev.pith.kernels.device;

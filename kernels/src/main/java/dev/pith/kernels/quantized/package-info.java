/**
 * 8-bit integer operations, defined exactly: every kernel gives the same bits.
 *
 * <p>Read {@link dev.pith.kernels.Requantize} first, then {@link
 * dev.pith.kernels.quantized.QConvProblem}.
 */
package dev.pith.kernels.quantized;

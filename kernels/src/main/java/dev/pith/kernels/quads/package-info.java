/**
 * int8 activations in quads, {@code [N][C/4][rows][columns][4]}, and the kernels that read and
 * write them, so that whole networks stay in the form that generated code works on. Read {@link
 * dev.pith.kernels.quads.Arrangement}, {@link dev.pith.kernels.quads.QuadGrid} and {@link
 * dev.pith.kernels.quads.ArrangedProblem} first. May depend on {@code quantized}, {@code pool},
 * {@code conv}, {@code movement} and {@code x86}; none of them depends on this package.
 */
package dev.pith.kernels.quads;

/**
 * Matrix products: dynamic (both inputs computed) and linear layers (constant, maybe compressed
 * weights).
 *
 * <p>Read {@link dev.pith.kernels.matmul.LinearProblem} first.
 */
package dev.pith.kernels.matmul;

/**
 * Reductions along axes, and functions of whole rows that begin with one (softmax).
 *
 * <p>Read {@link dev.pith.kernels.reduce.ReduceProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.reduce;

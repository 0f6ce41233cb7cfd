/**
 * Algebra of matrices and tensors beyond plain products: Einstein sums, determinants.
 *
 * <p>Read {@link dev.pith.kernels.linalg.EinsumProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.linalg;

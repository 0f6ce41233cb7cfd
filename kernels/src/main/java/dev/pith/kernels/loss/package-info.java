/**
 * Losses that a model file may compute.
 *
 * <p>Read {@link dev.pith.kernels.loss.LikelihoodProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.loss;

/**
 * What goes along one axis in order: running sums and products, sequences read backwards.
 *
 * <p>Read {@link dev.pith.kernels.sequence.CumulativeProblem} first. Depends on {@code
 * dev.pith.kernels}, its tensors and elementwise functions only.
 */
package dev.pith.kernels.sequence;

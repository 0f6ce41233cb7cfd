/**
 * Compressed layouts of weights, one record each, listed in {@link
 * dev.pith.kernels.layout.Layouts}.
 *
 * <p>Read {@link dev.pith.kernels.layout.SparseLayout} first: kernels walk the non-zeros of every
 * sparse layout through it. Depends on tensors only; FORMAT.md states the bytes of each component.
 */
package dev.pith.kernels.layout;

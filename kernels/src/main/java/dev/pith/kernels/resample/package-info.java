/**
 * Reading images between their pixels: resizing, and sampling at the points of a grid.
 *
 * <p>Read {@link dev.pith.kernels.resample.ResizeProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.resample;

/**
 * Elements that change place and nothing else: strided copies, gathers, scatters.
 *
 * <p>Read {@link dev.pith.kernels.movement.CopyProblem} first: transposition, slicing, padding,
 * concatenation and their like are all one list of strided copies. Depends on {@code
 * dev.pith.kernels} and {@code dev.pith.kernels.tensor} only.
 */
package dev.pith.kernels.movement;

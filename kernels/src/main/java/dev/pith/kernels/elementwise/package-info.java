/**
 * Functions applied to each element: unary, binary with broadcasting, selection and conversion.
 *
 * <p>Read {@link dev.pith.kernels.elementwise.BinaryProblem} first.
 */
package dev.pith.kernels.elementwise;

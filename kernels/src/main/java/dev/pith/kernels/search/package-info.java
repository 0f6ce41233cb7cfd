/**
 * Searches that answer with positions: the largest of an axis, the k largest, boxes to keep.
 *
 * <p>Read {@link dev.pith.kernels.search.TopKProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.search;

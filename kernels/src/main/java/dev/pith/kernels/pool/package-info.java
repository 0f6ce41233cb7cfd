/**
 * Windows that slide over spatial axes and keep one number each, and what undoes them: pooling,
 * unpooling, and pooling of regions of interest.
 *
 * <p>Read {@link dev.pith.kernels.pool.PoolProblem} first. Depends on tensors and {@code
 * kernels.conv} only.
 */
package dev.pith.kernels.pool;

/**
 * Scaled dot-product attention and the rotary position embedding that goes with it.
 *
 * <p>Read {@link dev.pith.kernels.attention.AttentionProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.attention;

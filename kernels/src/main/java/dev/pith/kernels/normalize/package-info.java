/**
 * Normalization: of rows by their own moments (layer, RMS, instance, group), of channels by stored
 * moments (batch), of neighbouring channels (local response).
 *
 * <p>Read {@link dev.pith.kernels.normalize.NormalizeProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.normalize;

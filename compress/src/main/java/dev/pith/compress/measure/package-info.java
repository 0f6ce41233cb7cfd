/**
 * Measures speed and memory of models as a user meets them: one run after another.
 *
 * <p>Read {@link dev.pith.compress.measure.Engine} first. Depends on {@code runtime}.
 */
package dev.pith.compress.measure;

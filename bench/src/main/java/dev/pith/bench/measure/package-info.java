/**
 * The machine itself: what it is and the most that it can do.
 *
 * <p>Read {@link dev.pith.bench.measure.Roofline} first. Depends on {@code kernels}.
 */
package dev.pith.bench.measure;

/**
 * Clocks: contenders in turns, and what the machine itself can do.
 *
 * <p>Read {@link dev.pith.bench.measure.Interleaved} first. Depends on {@code kernels}.
 */
package dev.pith.bench.measure;

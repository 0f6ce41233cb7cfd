/**
 * The machine itself and its processors.
 *
 * <p>Read {@link dev.pith.bench.measure.Machine} first. Depends on {@code kernels}.
 */
package dev.pith.bench.measure;

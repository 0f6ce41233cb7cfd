/**
 * Searches for the best compression of a network without training: which pattern, sparsity and bit
 * width each layer gets, so that accuracy drops no more than allowed.
 *
 * <p>Read {@link dev.pith.compress.search.CompressionSearch} first. Depends on {@code prune},
 * {@code quantize}, {@code pack}, {@code layer} and on {@code runtime}.
 */
package dev.pith.compress.search;

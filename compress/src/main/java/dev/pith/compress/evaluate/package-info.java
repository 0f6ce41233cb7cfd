/**
 * Measures how often a network is right: feeds data sets to sessions and counts.
 *
 * <p>Read {@link dev.pith.compress.evaluate.Evaluator} first. Depends on {@code data} and {@code
 * runtime}.
 */
package dev.pith.compress.evaluate;

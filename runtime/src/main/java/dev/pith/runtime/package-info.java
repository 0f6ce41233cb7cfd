/**
 * Load and execute compressed models.
 *
 * <p>Start with {@link dev.pith.runtime.Model} and {@link dev.pith.runtime.Session}.
 */
package dev.pith.runtime;

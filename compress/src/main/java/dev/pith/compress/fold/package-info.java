/**
 * Passes that remove work: constants are computed once, values that are computed twice or not at
 * all needed go.
 *
 * <p>Read {@link dev.pith.compress.fold.ConstantFolding} first. Depends on {@code pass} and the
 * runtime's graph.
 */
package dev.pith.compress.fold;

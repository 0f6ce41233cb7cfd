/**
 * What a pass is and how passes run.
 *
 * <p>Read {@link dev.pith.compress.pass.Pass}, then {@link dev.pith.compress.pass.Pipeline}. The
 * passes themselves are in {@code fold} and {@code fuse}, listed in {@link
 * dev.pith.compress.Passes}.
 */
package dev.pith.compress.pass;

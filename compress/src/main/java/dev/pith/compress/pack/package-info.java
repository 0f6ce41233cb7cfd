/**
 * Choosing the layout of each weight: the last step before a model is written.
 *
 * <p>Read {@link dev.pith.compress.pack.Packer} first. Depends on {@code dev.pith.compress.layer}
 * and {@code dev.pith.runtime}.
 */
package dev.pith.compress.pack;

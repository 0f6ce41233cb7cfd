/**
 * Labelled samples to calibrate, train and measure with: idx files, CIFAR-10 binaries, folders of
 * images, NumPy arrays, and generated glyphs.
 *
 * <p>Read {@link dev.pith.compress.data.DataSpec} first (what a user writes), then {@link
 * dev.pith.compress.data.Dataset} (what it becomes). Depends on {@code kernels} tensors and the
 * JDK's {@code java.desktop} only.
 */
package dev.pith.compress.data;

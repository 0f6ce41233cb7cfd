/**
 * Programs to copy from, each run by {@link dev.pith.runtime.examples.ExamplesTest}: one image, a
 * folder of images, many threads, a small machine. They need {@code pith-runtime} alone.
 */
package dev.pith.runtime.examples;

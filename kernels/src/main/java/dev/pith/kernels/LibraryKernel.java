package dev.pith.kernels;

/**
 * A call into a vendor's library; implemented by the backend that owns the library.
 *
 * @param <P> the problem family
 */
public non-sealed interface LibraryKernel<P extends Problem> extends Kernel<P> {}

/**
 * The CUDA backend: own kernels compiled by NVRTC, cuBLAS and cuSPARSE beside them, plans replayed
 * as CUDA graphs.
 *
 * <p>Read {@link dev.pith.runtime.cuda.CudaBackend}, then {@code CudaDevice}; how plans are
 * launched is {@code dev.pith.runtime.launch}. Drivers are called through {@code CudaDriver},
 * {@code CudaCompiler}, {@code CudaBlas} and {@code CudaSparse}, whose implementations by JCuda are
 * the classes named {@code J…}: the only ones that may import JCuda, and loaded only where the
 * libraries they need were found.
 */
package dev.pith.runtime.cuda;

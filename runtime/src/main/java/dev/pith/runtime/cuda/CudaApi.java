package dev.pith.runtime.cuda;

/**
 * The libraries of CUDA as this backend sees them.
 *
 * @param driver the driver
 * @param compiler NVRTC
 * @param blas cuBLAS; {@code null} where it is not there
 * @param sparse cuSPARSE; {@code null} where it is not there
 */
record CudaApi(CudaDriver driver, CudaCompiler compiler, CudaBlas blas, CudaSparse sparse) {}

package dev.pith.runtime.cuda;

import dev.pith.runtime.device.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.cudaDataType;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/**
 * {@link CudaBlas} by JCuda. cuBLAS takes matrices by columns: the row-major y = x · wᵀ is its yᵀ =
 * w · xᵀ with the operands swapped, and no copy is needed.
 */
final class JBlas implements CudaBlas {

  private static void check(int code, String call) {
    if (code != cublasStatus.CUBLAS_STATUS_SUCCESS) {
      throw new DeviceException("cuBLAS", code, cublasStatus.stringFor(code), call);
    }
  }

  private static cublasHandle handle(CudaDriver.Handle handle) {
    return JPointers.object(handle, cublasHandle.class);
  }

  @Override
  public String version() {
    // The library needs no handle for it, although the call takes one.
    int[] version = new int[1];
    check(JCublas2.cublasGetVersion(new cublasHandle(), version), "cublasGetVersion");
    return version[0] / 10000 + "." + version[0] / 100 % 100;
  }

  @Override
  public CudaDriver.Handle create(CudaDriver.Handle stream, long workspace, long workspaceBytes) {
    cublasHandle handle = new cublasHandle();
    check(JCublas2.cublasCreate(handle), "cublasCreate");
    CudaDriver.Handle made = new JPointers.Held(handle);
    try {
      cudaStream_t target = new cudaStream_t(JPointers.object(stream, CUstream.class));
      check(JCublas2.cublasSetStream(handle, target), "cublasSetStream");
      check(
          JCublas2.cublasSetWorkspace(handle, JPointers.at(workspace), workspaceBytes),
          "cublasSetWorkspace of " + workspaceBytes + " bytes");
      return made;
    } catch (DeviceException e) {
      destroy(made);
      throw e;
    }
  }

  @Override
  public void destroy(CudaDriver.Handle handle) {
    check(JCublas2.cublasDestroy(handle(handle)), "cublasDestroy");
  }

  private static int type(Precision precision) {
    return switch (precision) {
      case F32, TF32 -> cudaDataType.CUDA_R_32F;
      case F16 -> cudaDataType.CUDA_R_16F;
      case I8 -> cudaDataType.CUDA_R_8I;
    };
  }

  private static int compute(Precision precision) {
    return switch (precision) {
      case F32 -> cublasComputeType.CUBLAS_COMPUTE_32F;
      case TF32 -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
      case F16 -> cublasComputeType.CUBLAS_COMPUTE_32F;
      case I8 -> cublasComputeType.CUBLAS_COMPUTE_32I;
    };
  }

  @Override
  public void multiply(CudaDriver.Handle handle, Product p, long x, long w, long y) {
    boolean integer = p.precision() == Precision.I8;
    int operands = type(p.precision());
    int result = integer ? cudaDataType.CUDA_R_32I : cudaDataType.CUDA_R_32F;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment alpha =
          integer
              ? arena.allocateFrom(ValueLayout.JAVA_INT, 1)
              : arena.allocateFrom(ValueLayout.JAVA_FLOAT, p.alpha());
      MemorySegment beta = arena.allocate(4, 4);
      // The functions without _new take another enumeration and answer NOT_SUPPORTED.
      int code =
          JCublas2.cublasGemmStridedBatchedEx_new(
              handle(handle),
              p.transposeW() ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N,
              p.transposeX() ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N,
              p.n(),
              p.m(),
              p.k(),
              JPointers.at(alpha),
              JPointers.at(w),
              operands,
              p.transposeW() ? p.k() : p.n(),
              p.strideW(),
              JPointers.at(x),
              operands,
              p.transposeX() ? p.m() : p.k(),
              p.strideX(),
              JPointers.at(beta),
              JPointers.at(y),
              result,
              p.n(),
              (long) p.m() * p.n(),
              p.batch(),
              compute(p.precision()),
              cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
      check(code, "cublasGemmStridedBatchedEx of " + p);
    }
  }
}

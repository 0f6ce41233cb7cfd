package dev.pith.runtime.cuda;

import dev.pith.runtime.device.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.cudaDataType;
import jcuda.driver.CUstream;
import jcuda.jcusparse.JCusparse;
import jcuda.jcusparse.cusparseDnMatDescr;
import jcuda.jcusparse.cusparseHandle;
import jcuda.jcusparse.cusparseIndexBase;
import jcuda.jcusparse.cusparseIndexType;
import jcuda.jcusparse.cusparseOperation;
import jcuda.jcusparse.cusparseOrder;
import jcuda.jcusparse.cusparseSpMMAlg;
import jcuda.jcusparse.cusparseSpMatDescr;
import jcuda.jcusparse.cusparseStatus;
import jcuda.runtime.cudaStream_t;

/**
 * {@link CudaSparse} by JCuda. cuSPARSE multiplies a compressed matrix from the left, so that the
 * row-major y = x · wᵀ is yᵀ = w · xᵀ with dense operands by columns.
 */
final class JSparse implements CudaSparse {

  private static final int PLAIN = cusparseOperation.CUSPARSE_OPERATION_NON_TRANSPOSE;

  /** Descriptors of a product, and its factors 1 and 0 in the type that sums have. */
  private record Described(
      Product product,
      cusparseSpMatDescr weight,
      cusparseDnMatDescr x,
      cusparseDnMatDescr y,
      Arena arena,
      MemorySegment alpha,
      MemorySegment beta)
      implements CudaDriver.Handle {}

  private static void check(int code, String call) {
    if (code != cusparseStatus.CUSPARSE_STATUS_SUCCESS) {
      throw new DeviceException("cuSPARSE", code, cusparseStatus.stringFor(code), call);
    }
  }

  private static cusparseHandle handle(CudaDriver.Handle handle) {
    return JPointers.object(handle, cusparseHandle.class);
  }

  @Override
  public String version() {
    cusparseHandle handle = new cusparseHandle();
    check(JCusparse.cusparseCreate(handle), "cusparseCreate");
    try {
      int[] version = new int[1];
      check(JCusparse.cusparseGetVersion(handle, version), "cusparseGetVersion");
      return version[0] / 1000 + "." + version[0] / 100 % 10;
    } finally {
      check(JCusparse.cusparseDestroy(handle), "cusparseDestroy");
    }
  }

  @Override
  public CudaDriver.Handle create(CudaDriver.Handle stream) {
    cusparseHandle handle = new cusparseHandle();
    check(JCusparse.cusparseCreate(handle), "cusparseCreate");
    cudaStream_t target = new cudaStream_t(JPointers.object(stream, CUstream.class));
    check(JCusparse.cusparseSetStream(handle, target), "cusparseSetStream");
    return new JPointers.Held(handle);
  }

  @Override
  public void destroy(CudaDriver.Handle handle) {
    check(JCusparse.cusparseDestroy(handle(handle)), "cusparseDestroy");
  }

  private static int operands(CudaBlas.Precision precision) {
    return switch (precision) {
      case F32, TF32 -> cudaDataType.CUDA_R_32F;
      case F16 -> cudaDataType.CUDA_R_16F;
      case I8 -> cudaDataType.CUDA_R_8I;
    };
  }

  /** The type of results, which is that of sums. */
  private static int results(CudaBlas.Precision precision) {
    return precision == CudaBlas.Precision.I8 ? cudaDataType.CUDA_R_32I : cudaDataType.CUDA_R_32F;
  }

  /** CSR of int8 is summed by the one algorithm that mixes types; it is deterministic. */
  private static int algorithm(Product product) {
    return product.format() == Format.BLOCKED_ELL
        ? cusparseSpMMAlg.CUSPARSE_SPMM_BLOCKED_ELL_ALG1
        : product.precision() == CudaBlas.Precision.F32
            ? cusparseSpMMAlg.CUSPARSE_SPMM_CSR_ALG1
            : cusparseSpMMAlg.CUSPARSE_SPMM_CSR_ALG3;
  }

  @Override
  public CudaDriver.Handle describe(
      Product p, long offsets, long columns, long values, long x, long y) {
    Arena arena = Arena.ofShared();
    cusparseSpMatDescr weight = new cusparseSpMatDescr();
    int type = operands(p.precision());
    int index = cusparseIndexType.CUSPARSE_INDEX_32I;
    int base = cusparseIndexBase.CUSPARSE_INDEX_BASE_ZERO;
    if (p.format() == Format.CSR) {
      check(
          JCusparse.cusparseCreateCsr(
              weight,
              p.n(),
              p.k(),
              p.stored(),
              JPointers.at(offsets),
              JPointers.at(columns),
              JPointers.at(values),
              index,
              index,
              base,
              type),
          "cusparseCreateCsr of " + p);
    } else {
      check(
          JCusparse.cusparseCreateBlockedEll(
              weight,
              p.n(),
              p.k(),
              p.block(),
              p.stored() / p.n(),
              JPointers.at(columns),
              JPointers.at(values),
              index,
              base,
              type),
          "cusparseCreateBlockedEll of " + p);
    }
    boolean integer = p.precision() == CudaBlas.Precision.I8;
    MemorySegment alpha =
        integer
            ? arena.allocateFrom(ValueLayout.JAVA_INT, 1)
            : arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1);
    return new Described(
        p,
        weight,
        dense(p.k(), p.m(), x, type),
        dense(p.n(), p.m(), y, results(p.precision())),
        arena,
        alpha,
        arena.allocate(4, 4));
  }

  private static cusparseDnMatDescr dense(long rows, long columns, long address, int type) {
    cusparseDnMatDescr matrix = new cusparseDnMatDescr();
    check(
        JCusparse.cusparseCreateDnMat(
            matrix,
            rows,
            columns,
            rows,
            JPointers.at(address),
            type,
            cusparseOrder.CUSPARSE_ORDER_COL),
        "cusparseCreateDnMat of " + rows + " x " + columns);
    return matrix;
  }

  @Override
  public void release(CudaDriver.Handle description) {
    Described d = (Described) description;
    check(JCusparse.cusparseDestroySpMat(d.weight().asConst()), "cusparseDestroySpMat");
    check(JCusparse.cusparseDestroyDnMat(d.x().asConst()), "cusparseDestroyDnMat");
    check(JCusparse.cusparseDestroyDnMat(d.y().asConst()), "cusparseDestroyDnMat");
    d.arena().close();
  }

  @Override
  public long bufferBytes(CudaDriver.Handle handle, CudaDriver.Handle description) {
    Described d = (Described) description;
    long[] bytes = new long[1];
    check(
        JCusparse.cusparseSpMM_bufferSize(
            handle(handle),
            PLAIN,
            PLAIN,
            JPointers.at(d.alpha()),
            d.weight().asConst(),
            d.x().asConst(),
            JPointers.at(d.beta()),
            d.y(),
            results(d.product().precision()),
            algorithm(d.product()),
            bytes),
        "cusparseSpMM_bufferSize of " + d.product());
    return bytes[0];
  }

  @Override
  public void multiply(CudaDriver.Handle handle, CudaDriver.Handle description, long buffer) {
    Described d = (Described) description;
    check(
        JCusparse.cusparseSpMM(
            handle(handle),
            PLAIN,
            PLAIN,
            JPointers.at(d.alpha()),
            d.weight().asConst(),
            d.x().asConst(),
            JPointers.at(d.beta()),
            d.y(),
            results(d.product().precision()),
            algorithm(d.product()),
            JPointers.at(buffer)),
        "cusparseSpMM of " + d.product());
  }
}

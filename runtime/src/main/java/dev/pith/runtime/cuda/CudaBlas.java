package dev.pith.runtime.cuda;

/**
 * The calls of cuBLAS that this backend makes. A handle is for one stream at a time; calls throw
 * {@link dev.pith.runtime.device.DeviceException} where the library answers with an error.
 */
interface CudaBlas {

  /** What elements are and how they are summed. */
  enum Precision {
    /** fp32 factors, sums and results. */
    F32,
    /** fp32 operands whose products are of TF32 numbers: 10 bits behind the point. */
    TF32,
    /** fp16 factors, fp32 sums and results. */
    F16,
    /** int8 factors, int32 sums and results, exact. */
    I8
  }

  /**
   * A row-major product y[m, n] = x[m, k] · wᵀ with w [n, k], or · w with w [k, n]; batches lie at
   * strides.
   *
   * @param m rows of x and y
   * @param n columns of y
   * @param k length of the sums
   * @param transposeX whether x is stored as [k, m]
   * @param transposeW whether w is stored as [n, k]
   * @param batch products
   * @param strideX elements from one x to the next
   * @param strideW elements from one w to the next
   * @param alpha factor of the results; 1 for {@link Precision#I8}
   * @param precision types and arithmetic
   */
  record Product(
      int m,
      int n,
      int k,
      boolean transposeX,
      boolean transposeW,
      int batch,
      long strideX,
      long strideW,
      float alpha,
      Precision precision) {

    /** One product of rows with rows. */
    static Product ofRows(long m, long n, long k, Precision precision) {
      return new Product(
          Math.toIntExact(m),
          Math.toIntExact(n),
          Math.toIntExact(k),
          false,
          true,
          1,
          0,
          0,
          1,
          precision);
    }
  }

  /** The library's version. */
  String version();

  /**
   * A new handle of the current context.
   *
   * @param workspace device memory the library may use
   * @param workspaceBytes its size
   */
  CudaDriver.Handle create(CudaDriver.Handle stream, long workspace, long workspaceBytes);

  /** Destroys a handle. */
  void destroy(CudaDriver.Handle handle);

  /** Begins a product of operands at device addresses. */
  void multiply(CudaDriver.Handle handle, Product product, long x, long w, long y);
}

package dev.pith.runtime.cuda;

/**
 * The calls of cuSPARSE that this backend makes: y[m, n] = x[m, k] · wᵀ with w [n, k] compressed. A
 * handle is for one stream at a time; calls throw {@link dev.pith.runtime.device.DeviceException}
 * where the library answers with an error.
 */
interface CudaSparse {

  /** How w is stored. */
  enum Format {
    /** Row offsets (n + 1) and columns as 32-bit integers, values in the same order. */
    CSR,
    /** Square blocks, the same number of them in each block row; absent ones have column −1. */
    BLOCKED_ELL
  }

  /**
   * A product.
   *
   * @param m rows of x and y
   * @param n rows of w
   * @param k columns of w
   * @param stored stored values of w
   * @param format how w is stored
   * @param block rows and columns of a block; 1 for CSR
   * @param precision {@code F32}, {@code F16} (fp32 results) or {@code I8} (int32 results)
   */
  record Product(
      int m, int n, int k, long stored, Format format, int block, CudaBlas.Precision precision) {}

  /** The library's version. */
  String version();

  /** A new handle of the current context. */
  CudaDriver.Handle create(CudaDriver.Handle stream);

  /** Destroys a handle. */
  void destroy(CudaDriver.Handle handle);

  /**
   * Describes the operands of a product.
   *
   * @param offsets row offsets (CSR); 0 for blocks
   * @param columns column numbers
   * @param values stored values
   */
  CudaDriver.Handle describe(
      Product product, long offsets, long columns, long values, long x, long y);

  /** Releases a description. */
  void release(CudaDriver.Handle description);

  /** Bytes of device memory that the product needs while it runs. */
  long bufferBytes(CudaDriver.Handle handle, CudaDriver.Handle description);

  /** Begins a product. */
  void multiply(CudaDriver.Handle handle, CudaDriver.Handle description, long buffer);
}

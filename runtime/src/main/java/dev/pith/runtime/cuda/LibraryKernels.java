package dev.pith.runtime.cuda;

import dev.pith.runtime.launch.StagedKernel;
import java.util.List;

/** The one list of kernels that call cuBLAS and cuSPARSE, in order of preference. */
final class LibraryKernels {

  private LibraryKernels() {}

  /**
   * The kernels of a device.
   *
   * @param roundsToTf32 whether products of fp32 matrices may round factors to TF32
   */
  static List<StagedKernel<?>> of(CudaDevice device, boolean roundsToTf32) {
    CublasProduct dense = new CublasProduct(device, roundsToTf32);
    CusparseProduct sparse = new CusparseProduct(device);
    return List.of(
        new CublasMatMul(device, roundsToTf32),
        LayerKernel.linear("cublas", dense),
        LayerKernel.conv("cublas", dense),
        LayerKernel.qLinear("cublas", dense),
        LayerKernel.qConv("cublas", dense),
        LayerKernel.linear("cusparse", sparse),
        LayerKernel.qLinear("cusparse", sparse),
        LayerKernel.qConv("cusparse", sparse));
  }
}

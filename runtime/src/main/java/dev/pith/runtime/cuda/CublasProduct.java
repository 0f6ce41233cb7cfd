package dev.pith.runtime.cuda;

import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.Support;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.runtime.cuda.CudaBlas.Precision;
import dev.pith.runtime.cuda.CudaBlas.Product;
import dev.pith.runtime.launch.Call;
import dev.pith.runtime.launch.DeviceBuffer;
import dev.pith.runtime.launch.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers with dense weights by cuBLAS. int8: activations become signed rows (a convolution's
 * windows are rows), extents multiples of 16, the product is exact, and a launch adds what the
 * shift took away and requantizes. Real numbers: a product for each image, whose output is the
 * layer's.
 */
final class CublasProduct implements LayerKernel.LayerProduct {

  private final CudaDevice device;
  private final boolean roundsToTf32;

  CublasProduct(CudaDevice device, boolean roundsToTf32) {
    this.device = device;
    this.roundsToTf32 = roundsToTf32;
  }

  @Override
  public Support supports(Layer layer) {
    if (device.api().blas() == null) {
      return Support.no("%s is not there", CudaLibraries.Library.CUBLAS.file());
    }
    return layer.layout().equals(Dense.LAYOUT)
        ? Support.YES
        : Support.no("weights in layout %s; cuBLAS takes dense ones", layer.layout().name());
  }

  @Override
  public boolean roundsFactors(Layer layer) {
    return roundsToTf32 && layer.input() == DType.F32;
  }

  @Override
  public List<Stage> stages(Layer layer) {
    return layer.isQuantized() ? integers(layer) : floats(layer);
  }

  private List<Stage> integers(Layer layer) {
    long rows = LayerKernel.padded(layer.rows());
    long outs = LayerKernel.padded(layer.outs());
    long width = LayerKernel.padded(layer.k());
    List<Stage> stages = new ArrayList<>(LayerStages.shifted(layer, 0, rows, width));
    Argument x = new Argument.Scratch(0, rows * width);
    Argument w =
        outs == layer.outs() && width == layer.k()
            ? new Argument.Input(1, 0)
            : new Argument.Packed(1, "padded rows", LayerStages::paddedRows);
    Argument y = new Argument.Scratch(1, 4 * rows * outs);
    if (layer.isConvolution()) {
      // Channels first, as the output is, so that the last launch reads and writes neighbours.
      stages.add(product(Product.ofRows(outs, rows, width, Precision.I8), w, x, y));
      stages.addAll(LayerStages.requantized(layer, 1, 4 * rows * outs, 1, rows));
    } else {
      stages.add(product(Product.ofRows(rows, outs, width, Precision.I8), x, w, y));
      stages.addAll(LayerStages.requantized(layer, 1, 4 * rows * outs, outs, 1));
    }
    return stages;
  }

  private List<Stage> floats(Layer layer) {
    boolean half = layer.input() == DType.F16;
    Precision precision = half ? Precision.F16 : roundsToTf32 ? Precision.TF32 : Precision.F32;
    List<Stage> stages = new ArrayList<>();
    Argument x = new Argument.Input(0, 0);
    Argument w = new Argument.Input(1, 0);
    Argument y = half ? new Argument.Scratch(1, 4 * layer.outputs()) : new Argument.Output(0);
    if (layer.isConvolution()) {
      if (!layer.geometry().isPointwise()) {
        stages.addAll(LayerStages.windows(layer, 0));
        x = new Argument.Scratch(0, layer.input().byteSize(layer.rows() * layer.k()));
      }
      Product product =
          new Product(
              (int) layer.outs(),
              (int) layer.pixels(),
              (int) layer.k(),
              false,
              false,
              (int) layer.batch(),
              0,
              layer.k() * layer.pixels(),
              1,
              precision);
      stages.add(product(product, w, x, y));
    } else {
      stages.add(
          product(Product.ofRows(layer.rows(), layer.outs(), layer.k(), precision), x, w, y));
    }
    if (half || layer.hasEpilogue()) {
      stages.addAll(LayerStages.finished(layer, half ? 1 : -1));
    }
    return stages;
  }

  private Stage product(Product product, Argument x, Argument w, Argument y) {
    return new Stage.Library(operands -> call(product, operands), List.of(x, w, y));
  }

  private Call call(Product product, List<DeviceBuffer> operands) {
    return call(device, product, operands);
  }

  /** A product of the three operands x, w and y. */
  static Call call(CudaDevice device, Product product, List<DeviceBuffer> operands) {
    long x = CudaMemory.Buffer.address(operands.get(0));
    long w = CudaMemory.Buffer.address(operands.get(1));
    long y = CudaMemory.Buffer.address(operands.get(2));
    return stream -> {
      CudaDriver.Handle handle = ((CudaStream) stream).blas();
      device.enter();
      device.api().blas().multiply(handle, product, x, w, y);
    };
  }
}

package dev.pith.runtime.cuda;

import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.Support;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.runtime.cuda.CudaBlas.Precision;
import dev.pith.runtime.cuda.CudaSparse.Format;
import dev.pith.runtime.launch.Call;
import dev.pith.runtime.launch.CommandStream;
import dev.pith.runtime.launch.DeviceBuffer;
import dev.pith.runtime.launch.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers by cuSPARSE: CSR with 32-bit column numbers (a packed copy: files have 16-bit ones), and
 * square blocks as Blocked-ELL, on matrix units. Activations become rows as for cuBLAS; sums of
 * int8 are exact.
 */
final class CusparseProduct implements LayerKernel.LayerProduct {

  private final CudaDevice device;

  CusparseProduct(CudaDevice device) {
    this.device = device;
  }

  /** Whether cuSPARSE multiplies blocks of a layout: square, of 8 to 64 rows, a power of two. */
  private static boolean isSquare(Layout layout) {
    return layout instanceof BlockLayout block
        && block.rows() == block.cols()
        && block.rows() >= 8
        && Integer.bitCount(block.rows()) == 1;
  }

  @Override
  public Support supports(Layer layer) {
    if (device.api().sparse() == null) {
      return Support.no("%s is not there", CudaLibraries.Library.CUSPARSE.file());
    }
    if (isSquare(layer.layout())) {
      long block = ((BlockLayout) layer.layout()).rows();
      if (layer.weight() == DType.F32) {
        return Support.no("blocks of F32; Blocked-ELL of F16 and I8 is supported");
      }
      return layer.outs() % block == 0 && layer.k() % block == 0
          ? Support.YES
          : Support.no(
              "a weight of %d x %d is no multiple of blocks of %d", layer.outs(), layer.k(), block);
    }
    if (!(layer.layout() instanceof CsrLayout)) {
      return Support.no(
          "weights in layout %s; csr and square blocks are supported", layer.layout().name());
    }
    if (layer.isConvolution() && !layer.isQuantized()) {
      return Support.no("windows of real numbers are columns; cuSPARSE takes rows");
    }
    return Support.YES;
  }

  @Override
  public List<Stage> stages(Layer layer) {
    List<Stage> stages = new ArrayList<>();
    Argument x = new Argument.Input(0, 0);
    Argument y = new Argument.Output(0);
    Precision precision = layer.input() == DType.F16 ? Precision.F16 : Precision.F32;
    long bytes = 4 * layer.outputs();
    if (layer.isQuantized()) {
      precision = Precision.I8;
      stages.addAll(LayerStages.shifted(layer, 0, layer.rows(), layer.k()));
      x = new Argument.Scratch(0, layer.rows() * layer.k());
    }
    if (precision != Precision.F32) {
      y = new Argument.Scratch(1, bytes);
    }
    stages.add(product(layer, precision, x, y));
    if (layer.isQuantized()) {
      stages.addAll(LayerStages.requantized(layer, 1, bytes, layer.outs(), 1));
    } else if (precision == Precision.F16 || layer.hasEpilogue()) {
      stages.addAll(LayerStages.finished(layer, precision == Precision.F16 ? 1 : -1));
    }
    return stages;
  }

  private Stage product(Layer layer, Precision precision, Argument x, Argument y) {
    if (layer.layout() instanceof BlockLayout block) {
      return new Stage.Library(
          operands -> new Multiply(layer, precision, Format.BLOCKED_ELL, block.rows(), operands),
          List.of(
              x,
              y,
              new Argument.Packed(1, "block columns", BlockedEll::columns),
              new Argument.Packed(1, "blocks in rows", BlockedEll::values)));
    }
    return new Stage.Library(
        operands -> new Multiply(layer, precision, Format.CSR, 1, operands),
        List.of(
            x,
            y,
            new Argument.Packed(1, "wide columns", BlockedEll::wideColumns),
            new Argument.Input(1, 0),
            new Argument.Input(1, 1)));
  }

  /** A product with its operands described; the library's buffer is made at the first run. */
  private final class Multiply implements Call {

    private final CudaDriver.Handle description;
    private DeviceBuffer buffer;

    Multiply(
        Layer layer, Precision precision, Format format, int block, List<DeviceBuffer> operands) {
      DeviceBuffer columns = operands.get(2);
      DeviceBuffer values = operands.get(3);
      // An empty weight has a buffer of one byte, which holds no column number.
      long stored =
          format == Format.CSR ? columns.byteSize() / 4 : columns.byteSize() / 4 * block * block;
      device.enter();
      description =
          device
              .api()
              .sparse()
              .describe(
                  new CudaSparse.Product(
                      (int) layer.rows(),
                      (int) layer.outs(),
                      (int) layer.k(),
                      stored,
                      format,
                      block,
                      precision),
                  operands.size() > 4 ? CudaMemory.Buffer.address(operands.get(4)) : 0,
                  CudaMemory.Buffer.address(columns),
                  CudaMemory.Buffer.address(values),
                  CudaMemory.Buffer.address(operands.get(0)),
                  CudaMemory.Buffer.address(operands.get(1)));
    }

    @Override
    public void enqueue(CommandStream stream) {
      CudaDriver.Handle handle = ((CudaStream) stream).sparse();
      device.enter();
      CudaSparse sparse = device.api().sparse();
      if (buffer == null) {
        buffer = device.allocate(sparse.bufferBytes(handle, description), "buffer of cuSPARSE");
        device.enter();
      }
      sparse.multiply(handle, description, CudaMemory.Buffer.address(buffer));
    }

    @Override
    public void close() {
      if (buffer != null) {
        buffer.close();
      }
      device.release(() -> device.api().sparse().release(description));
    }
  }
}

package dev.pith.runtime.cuda;

import dev.pith.kernels.Program;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.DeviceWeights;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.device.Window;
import dev.pith.kernels.elementwise.DeviceFunctions;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.launch.Stage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The launches that stand before and after a library's product, and the weights it takes. */
final class LayerStages {

  /** What unsigned activations are less to be signed bytes. */
  private static final int SHIFT = 128;

  private LayerStages() {}

  private static List<Stage> stages(ProgramBuilder builder) {
    Program program = builder.build();
    List<Stage> stages = new ArrayList<>();
    program.launches().forEach(launch -> stages.add(new Stage.Own(program.source(), launch)));
    return stages;
  }

  private static List<Integer> window(ConvGeometry g) {
    return Window.table(
        g.input(),
        g.kernel(),
        g.strides(),
        g.dilations(),
        g.padsBegin(),
        IntStream.range(0, g.axes()).mapToObj(g::output).toList());
  }

  /** Signed bytes [rows, width] of an 8-bit layer's activations in memory {@code scratch}. */
  static List<Stage> shifted(Layer layer, int scratch, long rows, long width) {
    long items = rows * width;
    ProgramBuilder program =
        define(ProgramBuilder.prelude(), layer).include(LayerStages.class, "library.cl");
    if (!layer.isConvolution()) {
      return stages(
          program
              .launch("shift_rows", items)
              .input(0)
              .scratch(scratch, items)
              .ints(items, layer.rows(), layer.k(), width, SHIFT));
    }
    ConvGeometry g = layer.geometry();
    return stages(
        program
            .launch("shift_windows", items)
            .input(0)
            .scratch(scratch, items)
            .table(window(g))
            .ints(items, layer.rows(), layer.k(), width, g.outputPixels(), g.inputPixels())
            .ints(g.inputChannels(), SHIFT, layer.requantize().inputZeroPoint()));
  }

  /** What windows of a convolution read, a matrix [k, pixels] for each image. */
  static List<Stage> windows(Layer layer, int scratch) {
    ConvGeometry g = layer.geometry();
    long items = layer.rows() * layer.k();
    return stages(
        define(ProgramBuilder.prelude(), layer)
            .include(LayerStages.class, "library.cl")
            .launch("windows", items)
            .input(0)
            .scratch(scratch, layer.input().byteSize(items))
            .table(window(g))
            .ints(items, layer.k(), g.outputPixels(), g.inputPixels(), g.inputChannels()));
  }

  private static ProgramBuilder define(ProgramBuilder program, Layer layer) {
    DeviceFunctions.activation(program, layer.activation())
        .define("X", layer.isQuantized() ? DType.F32 : layer.input())
        .define("BITS", DeviceTarget.bits(layer.input()));
    if (layer.isQuantized() && layer.requantize().output() != DType.F32) {
      return program.define("OUTPUT", DType.U8).define("QUANTIZED_OUTPUT", 1);
    }
    return program.define("OUTPUT", DType.F32);
  }

  /**
   * From sums in memory {@code scratch} to an 8-bit layer's output.
   *
   * @param bytes size of the memory
   * @param rowStride elements from one row's sum to the next
   * @param outStride elements from one output channel's sum to the next
   */
  static List<Stage> requantized(
      Layer layer, int scratch, long bytes, long rowStride, long outStride) {
    Requantize r = layer.requantize();
    ProgramBuilder program =
        define(ProgramBuilder.prelude(), layer)
            .include(LayerStages.class, "library.cl")
            .launch("requantize", layer.outputs())
            .scratch(scratch, bytes);
    return stages(
        DeviceWeights.passRowSums(program, 1)
            .input(2)
            .input(3)
            .output(0)
            .ints(layer.outputs(), layer.outs(), layer.pixels(), rowStride, outStride)
            .ints(layer.bias() ? 1 : 0, SHIFT - r.inputZeroPoint())
            .ints(r.zeroPoint(), r.low(), r.high()));
  }

  /**
   * From fp32 sums in the order of the output to the output.
   *
   * @param scratch memory of the sums, or −1 for the output itself
   */
  static List<Stage> finished(Layer layer, int scratch) {
    ProgramBuilder program =
        define(ProgramBuilder.prelude(), layer)
            .include(LayerStages.class, "library.cl")
            .launch("finish", layer.outputs());
    if (scratch < 0) {
      program.output(0);
    } else {
      program.scratch(scratch, 4 * layer.outputs());
    }
    return stages(
        program
            .input(2)
            .input(3)
            .output(0)
            .ints(layer.outputs(), layer.outs(), layer.pixels())
            .ints(layer.bias() ? 1 : 0, layer.residual() ? 1 : 0)
            .floats(layer.activation().alpha(), layer.activation().beta()));
  }

  /** Dense int8 rows with zeros up to multiples of 16. */
  static MemorySegment paddedRows(Tensor weight, Arena arena) {
    long width = LayerKernel.padded(weight.columns());
    MemorySegment rows =
        arena.allocate(LayerKernel.padded(weight.rows()) * width, Tensor.ALIGNMENT);
    for (long r = 0; r < weight.rows(); r++) {
      MemorySegment.copy(weight.values(), r * weight.columns(), rows, r * width, weight.columns());
    }
    return rows;
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.device.DeviceWeights;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;

/** Definitions that the sources of int8 convolutions and linear layers share. */
final class LinearSource {

  private LinearSource() {}

  /** Defines the element type of the output. */
  static void defineOutput(ProgramBuilder program, Requantize requantize) {
    // Both 8-bit types store the same byte.
    if (requantize.output() == DType.F32) {
      program.define("OUTPUT", DType.F32);
    } else {
      program.define("OUTPUT", DType.U8).define("QUANTIZED_OUTPUT", 1);
    }
  }

  /** Defines the type of column numbers of a weight with {@code columns} columns. */
  static DeviceWeights defineSparse(ProgramBuilder program, Layout layout, long columns) {
    DeviceWeights weights = DeviceWeights.of(layout);
    program.define("SPARSE", 1).define("INDEX", weights.indexType(columns));
    return weights;
  }
}

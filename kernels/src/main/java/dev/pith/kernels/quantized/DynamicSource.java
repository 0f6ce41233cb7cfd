package dev.pith.kernels.quantized;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Program;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvWindow;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.elementwise.DeviceFunctions;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;

/** Programs of layers whose activations are quantized when they run. */
final class DynamicSource {

  private static final int ABSENT = Integer.MAX_VALUE;

  private DynamicSource() {}

  /**
   * A group quantizes each image, then a work item computes each output element.
   *
   * @param g extents; a linear layer is a convolution of one pixel
   */
  static Program of(ConvGeometry g, Layout layout, Epilogue epilogue) {
    long images = g.inputShape().elementCount() == 0 ? 0 : g.batch();
    long row = g.inputChannels() * g.inputPixels();
    long outs = g.outputChannels() / g.groups();
    long items = g.outputShape().elementCount();
    ProgramBuilder program =
        DeviceFunctions.activation(ProgramBuilder.prelude(), epilogue.activation())
            .include(DynamicSource.class, "q_dynamic.cl")
            .include(DynamicSource.class, "q_dynamic_conv.cl")
            .launchGroups("quantize_rows", images)
            .input(0);
    quantized(program, g.batch(), row).ints(row).launch("q_dynamic", items);
    quantized(program, g.batch(), row);
    if (layout.equals(Dense.LAYOUT)) {
      program.input(1);
    } else {
      LinearSource.defineSparse(program, layout, g.columns()).pass(program, 1);
    }
    return program
        .input(2)
        .input(epilogue.bias() ? 3 : ABSENT)
        .input(epilogue.residual() ? 4 : ABSENT)
        .output(0)
        .table(ConvWindow.table(g))
        .ints(items, g.outputPixels(), g.inputPixels(), g.taps())
        .ints(g.inputChannels() / g.groups(), outs, g.groups())
        .floats(epilogue.activation().alpha(), epilogue.activation().beta())
        .build();
  }

  private static ProgramBuilder quantized(ProgramBuilder program, long images, long row) {
    return program.scratch(0, images * row).scratch(1, 4 * images).scratch(2, 4 * images);
  }
}

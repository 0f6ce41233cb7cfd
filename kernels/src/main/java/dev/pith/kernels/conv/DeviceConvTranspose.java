package dev.pith.kernels.conv;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.device.Window;

/**
 * {@link ConvTransposeProblem} of floats on a device: a work item for each element of y gathers
 * what pixels of x spread to it.
 */
public final class DeviceConvTranspose implements DeviceKernel<ConvTransposeProblem> {

  @Override
  public Support supports(ConvTransposeProblem p, Target target) {
    ConvGeometry g = p.forward();
    if (g.axes() > Window.AXES) {
      return Support.no("%d spatial axes; 1 to 3 are supported", g.axes());
    }
    return DeviceTarget.checkFloat(
        target,
        p.dtype(),
        p.outputs(),
        g.outputShape().elementCount(),
        g.outputChannels() * g.columns());
  }

  @Override
  public Program program(ConvTransposeProblem p, Target target) {
    ConvGeometry g = p.forward();
    return ProgramBuilder.of(DeviceConvTranspose.class, "spread.cl")
        .define("X", p.dtype())
        .launch("conv_transpose", p.outputs())
        .input(0)
        .input(1)
        .input(p.bias() ? 2 : Integer.MAX_VALUE)
        .output(0)
        .table(ConvWindow.table(g))
        .ints(p.outputs(), g.inputPixels(), g.outputPixels(), g.taps())
        .ints(g.inputChannels() / g.groups(), g.outputChannels() / g.groups(), g.groups())
        .build();
  }
}

package dev.pith.kernels.conv;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link DeformConvProblem} of floats over two axes on a device, a work item for each element. */
public final class DeviceDeformConv implements DeviceKernel<DeformConvProblem> {

  @Override
  public Support supports(DeformConvProblem p, Target target) {
    ConvGeometry g = p.geometry();
    if (g.axes() != 2) {
      return Support.no("%d spatial axes; 2 are supported", g.axes());
    }
    return DeviceTarget.checkFloat(
        target,
        p.dtype(),
        g.inputShape().elementCount(),
        g.outputShape().elementCount(),
        2 * g.batch() * p.offsetGroups() * g.taps() * g.outputPixels());
  }

  @Override
  public Program program(DeformConvProblem p, Target target) {
    ConvGeometry g = p.geometry();
    long items = g.outputShape().elementCount();
    return ProgramBuilder.of(DeviceDeformConv.class, "spread.cl")
        .define("X", p.dtype())
        .launch("deform_conv", items)
        .input(0)
        .input(1)
        .input(2)
        .input(p.bias() ? 3 : Integer.MAX_VALUE)
        .input(p.mask() ? 4 : Integer.MAX_VALUE)
        .output(0)
        .table(ConvWindow.table(g))
        .ints(items, g.outputPixels(), g.taps(), g.inputChannels() / g.groups())
        .ints(g.outputChannels() / g.groups(), g.groups(), p.offsetGroups())
        .build();
  }
}

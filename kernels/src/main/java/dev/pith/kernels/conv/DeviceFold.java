package dev.pith.kernels.conv;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.device.Window;

/** {@link FoldProblem} of floats on a device, a work item for each element of the image. */
public final class DeviceFold implements DeviceKernel<FoldProblem> {

  @Override
  public Support supports(FoldProblem p, Target target) {
    ConvGeometry g = p.windows();
    if (g.axes() > Window.AXES) {
      return Support.no("%d spatial axes; 1 to 3 are supported", g.axes());
    }
    return DeviceTarget.checkFloat(
        target, p.dtype(), p.outputs(), g.outputShape().elementCount() * g.taps());
  }

  @Override
  public Program program(FoldProblem p, Target target) {
    ConvGeometry g = p.windows();
    return ProgramBuilder.of(DeviceFold.class, "spread.cl")
        .define("X", p.dtype())
        .launch("fold", p.outputs())
        .input(0)
        .output(0)
        .table(ConvWindow.table(g))
        .ints(p.outputs(), g.inputPixels(), g.outputPixels(), g.taps())
        .build();
  }
}

package dev.pith.kernels.signal;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link WindowProblem} of floats on a device, a work item for each element. */
public final class DeviceWindow implements DeviceKernel<WindowProblem> {

  @Override
  public Support supports(WindowProblem p, Target target) {
    return DeviceTarget.checkFloat(target, p.dtype(), p.length());
  }

  @Override
  public Program program(WindowProblem p, Target target) {
    return ProgramBuilder.of(DeviceWindow.class, "signal.cl")
        .define("X", p.dtype())
        .launch("cosine_window", p.length())
        .output(0)
        .ints(p.length(), p.periodic() ? p.length() : p.length() - 1)
        .floats((float) p.a0(), (float) p.a1(), (float) p.a2())
        .build();
  }
}

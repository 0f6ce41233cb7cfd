package dev.pith.kernels.linalg;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link DeterminantProblem} of floats on a device, a work item for each matrix. */
public final class DeviceDeterminant implements DeviceKernel<DeterminantProblem> {

  @Override
  public Support supports(DeterminantProblem p, Target target) {
    return DeviceTarget.checkFloat(target, p.dtype(), p.batch() * p.n() * p.n());
  }

  @Override
  public Program program(DeterminantProblem p, Target target) {
    return ProgramBuilder.prelude()
        .numbers(p.dtype())
        .include(DeviceDeterminant.class, "linalg.cl")
        .launch("determinant", p.batch())
        .input(0)
        .output(0)
        .scratch(0, 4 * p.batch() * p.n() * p.n())
        .ints(p.batch(), p.n())
        .build();
  }
}

package dev.pith.kernels.normalize;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link BatchNormProblem} of floats on a device, one work item for each element. */
public final class DeviceBatchNorm implements DeviceKernel<BatchNormProblem> {

  @Override
  public Support supports(BatchNormProblem problem, Target target) {
    Support support = DeviceTarget.checkFloat(target, problem.parameters());
    return support.isSupported()
        ? DeviceTarget.checkFloat(target, problem.dtype(), problem.work())
        : support;
  }

  @Override
  public Program program(BatchNormProblem problem, Target target) {
    BatchNormProblem p = problem;
    return ProgramBuilder.of(DeviceBatchNorm.class, "normalize.cl")
        .define("X", p.dtype())
        .define("P", p.parameters())
        .launch("batch_norm", p.work())
        .input(0)
        .input(1)
        .input(2)
        .input(3)
        .input(4)
        .output(0)
        .ints(p.work(), p.channels(), p.inner())
        .floats(p.epsilon())
        .build();
  }
}

package dev.pith.kernels.normalize;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link LrnProblem} of floats on a device, one work item for each element. */
public final class DeviceLrn implements DeviceKernel<LrnProblem> {

  @Override
  public Support supports(LrnProblem p, Target target) {
    return DeviceTarget.checkFloat(target, p.dtype(), p.batch() * p.channels() * p.inner());
  }

  @Override
  public Program program(LrnProblem p, Target target) {
    long items = p.batch() * p.channels() * p.inner();
    return ProgramBuilder.of(DeviceLrn.class, "normalize.cl")
        .define("X", p.dtype())
        .define("P", p.dtype())
        .launch("lrn", items)
        .input(0)
        .output(0)
        .ints(items, p.channels(), p.inner(), (p.size() - 1) / 2, p.size() / 2)
        .floats(p.alpha() / p.size(), p.beta(), p.bias())
        .build();
  }
}

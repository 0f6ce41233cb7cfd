package dev.pith.kernels.search;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/**
 * {@link TopKProblem} on a device: a work item for each element counts those that come before it.
 * n² comparisons, but all at once.
 */
public final class DeviceTopK implements DeviceKernel<TopKProblem> {

  @Override
  public Support supports(TopKProblem p, Target target) {
    return DeviceTarget.checkNumbers(target, p.dtype(), p.work());
  }

  @Override
  public Program program(TopKProblem p, Target target) {
    return ProgramBuilder.prelude()
        .numbers(p.dtype())
        .include(DeviceTopK.class, "search.cl")
        .launch("top_k", p.k() == 0 ? 0 : p.work())
        .input(0)
        .output(0)
        .output(1)
        .ints(p.work(), p.n(), p.inner(), p.k(), p.largest() ? 1 : 0)
        .build();
  }
}

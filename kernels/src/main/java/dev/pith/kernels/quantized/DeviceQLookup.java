package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link QLookupProblem} on a device, one work item for each output element. */
public final class DeviceQLookup implements DeviceKernel<QLookupProblem> {

  @Override
  public Support supports(QLookupProblem problem, Target target) {
    return DeviceTarget.check(target, problem.shape().elementCount());
  }

  @Override
  public Program program(QLookupProblem problem, Target target) {
    long items = problem.shape().elementCount();
    return ProgramBuilder.of(DeviceQLookup.class, "q_elementwise.cl")
        .launch("q_lookup", items)
        .input(0)
        .input(1)
        .output(0)
        .ints(items)
        .build();
  }
}

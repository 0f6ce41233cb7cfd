package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.Broadcast;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link QAddProblem} on a device, one work item for each output element. */
public final class DeviceQAdd implements DeviceKernel<QAddProblem> {

  @Override
  public Support supports(QAddProblem problem, Target target) {
    return DeviceTarget.check(target, problem.output().elementCount());
  }

  @Override
  public Program program(QAddProblem problem, Target target) {
    long items = problem.output().elementCount();
    return ProgramBuilder.of(DeviceQAdd.class, "q_elementwise.cl")
        .launch("q_add", items)
        .input(0)
        .input(1)
        .output(0)
        .table(Broadcast.table(problem.output(), problem.a(), problem.b()))
        .ints(items, problem.aZeroPoint(), problem.bZeroPoint(), problem.zeroPoint())
        .ints(problem.low(), problem.high())
        .floats(problem.aRatio(), problem.bRatio())
        .build();
  }
}

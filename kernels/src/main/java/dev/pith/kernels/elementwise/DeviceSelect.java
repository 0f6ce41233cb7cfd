package dev.pith.kernels.elementwise;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.Broadcast;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link SelectProblem} on a device, one work item for each output element. */
public final class DeviceSelect implements DeviceKernel<SelectProblem> {

  @Override
  public Support supports(SelectProblem problem, Target target) {
    return DeviceTarget.checkMove(target, problem.dtype(), problem.output().elementCount());
  }

  @Override
  public Program program(SelectProblem problem, Target target) {
    long items = problem.output().elementCount();
    return ProgramBuilder.of(DeviceSelect.class, "select.cl")
        .define("X", DeviceTarget.bits(problem.dtype()))
        .launch("choose", items)
        .input(0)
        .input(1)
        .input(2)
        .output(0)
        .table(Broadcast.table(problem.output(), problem.condition(), problem.a(), problem.b()))
        .ints(items)
        .build();
  }
}

package dev.pith.kernels.search;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link ArgReduceProblem} on a device: a group of 64 work items for each row. */
public final class DeviceArgReduce implements DeviceKernel<ArgReduceProblem> {

  @Override
  public Support supports(ArgReduceProblem p, Target target) {
    return DeviceTarget.checkNumbers(target, p.dtype(), p.work());
  }

  @Override
  public Program program(ArgReduceProblem p, Target target) {
    return ProgramBuilder.prelude()
        .numbers(p.dtype())
        .include(DeviceArgReduce.class, "search.cl")
        .launchGroups("arg_reduce", p.outer() * p.inner())
        .input(0)
        .output(0)
        .ints(p.n(), p.inner(), p.largest() ? 1 : 0, p.last() ? 1 : 0)
        .build();
  }
}

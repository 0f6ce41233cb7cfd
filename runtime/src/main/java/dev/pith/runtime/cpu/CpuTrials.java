package dev.pith.runtime.cpu;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.Problem;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.tune.Trial;
import dev.pith.runtime.plan.tune.TrialMaker;

/** Makes host kernels ready to be timed with a device's threads. */
record CpuTrials(CpuDevice device, ThreadTeam team) implements TrialMaker {

  @Override
  public boolean warmsUp(Kernel<Problem> kernel) {
    return !((HostKernel<Problem>) kernel).isGenerated();
  }

  @Override
  public Trial prepare(Kernel<Problem> kernel, Problem problem, Operands operands) {
    return new CpuTrial(
        (HostKernel<Problem>) kernel,
        problem,
        operands,
        device.target(),
        team,
        device.packed(operands.constants()));
  }
}

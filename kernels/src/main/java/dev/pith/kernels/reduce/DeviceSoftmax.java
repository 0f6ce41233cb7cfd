package dev.pith.kernels.reduce;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link SoftmaxProblem} of floats on a device: a group of 64 work items for each row. */
public final class DeviceSoftmax implements DeviceKernel<SoftmaxProblem> {

  @Override
  public Support supports(SoftmaxProblem problem, Target target) {
    return problem.dtype().isFloat()
        ? DeviceTarget.checkNumbers(target, problem.dtype(), problem.work())
        : Support.no("elements of %s; real numbers are supported", problem.dtype());
  }

  @Override
  public Program program(SoftmaxProblem problem, Target target) {
    boolean hard = problem.function() == SoftmaxFunction.HARDMAX;
    long rows = problem.n() == 0 ? 0 : problem.outer() * problem.inner();
    ProgramBuilder program =
        DeviceReduce.reductions(problem.dtype())
            .launchGroups(hard ? "hardmax" : "softmax", rows)
            .input(0)
            .output(0)
            .ints(problem.n(), problem.inner());
    return hard
        ? program.build()
        : program.ints(problem.function() == SoftmaxFunction.LOG_SOFTMAX ? 1 : 0).build();
  }
}

package dev.pith.kernels.reduce;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;

/** {@link SoftmaxProblem} of floats on a device: a group of 64 work items for each row. */
public final class DeviceSoftmax implements DeviceKernel<SoftmaxProblem> {

  @Override
  public Support supports(SoftmaxProblem problem, Target target) {
    if (problem.function() == SoftmaxFunction.HARDMAX) {
      return Support.no("the place of a maximum has no device kernel");
    }
    return DeviceTarget.checkFloat(target, problem.dtype(), problem.work());
  }

  @Override
  public Program program(SoftmaxProblem problem, Target target) {
    return DeviceReduce.reductions()
        .define("X", problem.dtype())
        .launchGroups("softmax", problem.n() == 0 ? 0 : problem.outer() * problem.inner())
        .input(0)
        .output(0)
        .ints(problem.n(), problem.inner())
        .ints(problem.function() == SoftmaxFunction.LOG_SOFTMAX ? 1 : 0)
        .build();
  }
}

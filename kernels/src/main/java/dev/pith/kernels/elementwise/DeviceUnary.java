package dev.pith.kernels.elementwise;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link UnaryProblem} of floats on a device, one work item for each element. */
public final class DeviceUnary implements DeviceKernel<UnaryProblem> {

  @Override
  public Support supports(UnaryProblem problem, Target target) {
    if (problem.output() != problem.dtype()) {
      return Support.no("%s gives truth values, which this kernel does not", problem.function());
    }
    return DeviceTarget.checkFloat(target, problem.dtype(), problem.shape().elementCount());
  }

  @Override
  public Program program(UnaryProblem problem, Target target) {
    long items = problem.shape().elementCount();
    return DeviceFunctions.define(ProgramBuilder.prelude())
        .include(DeviceUnary.class, "elementwise.cl")
        .define("X", problem.dtype())
        .define("B_", BinaryFunction.values())
        .launch("unary", items)
        .input(0)
        .output(0)
        .ints(items, ProgramBuilder.code(UnaryFunction.values(), problem.function()))
        .floats(problem.alpha(), problem.beta())
        .build();
  }
}

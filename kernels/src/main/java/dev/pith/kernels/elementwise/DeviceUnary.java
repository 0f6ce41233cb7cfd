package dev.pith.kernels.elementwise;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;

/** {@link UnaryProblem} on a device, one work item for each element. */
public final class DeviceUnary implements DeviceKernel<UnaryProblem> {

  @Override
  public Support supports(UnaryProblem problem, Target target) {
    return DeviceTarget.checkNumbers(target, problem.dtype(), problem.shape().elementCount());
  }

  @Override
  public Program program(UnaryProblem problem, Target target) {
    long items = problem.shape().elementCount();
    ProgramBuilder program = ProgramBuilder.prelude().numbers(problem.dtype());
    if (problem.dtype().isFloat()) {
      DeviceFunctions.define(program)
          .include(DeviceUnary.class, "unary.cl")
          .launch(problem.output() == DType.BOOL ? "classify" : "unary", items);
    } else {
      program
          .define("F_", UnaryFunction.values())
          .include(DeviceUnary.class, "integers.cl")
          .launch("unary_integer", items);
    }
    return program
        .input(0)
        .output(0)
        .ints(items, ProgramBuilder.code(UnaryFunction.values(), problem.function()))
        .floats(problem.alpha(), problem.beta())
        .build();
  }
}

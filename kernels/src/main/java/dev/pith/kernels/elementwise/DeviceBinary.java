package dev.pith.kernels.elementwise;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.Broadcast;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link BinaryProblem} of floats on a device, one work item for each output element. */
public final class DeviceBinary implements DeviceKernel<BinaryProblem> {

  @Override
  public Support supports(BinaryProblem problem, Target target) {
    Support support =
        DeviceTarget.checkFloat(target, problem.dtype(), problem.output().elementCount());
    return problem.function() == BinaryFunction.DIV && support.isSupported()
        ? DeviceTarget.checkDivision(target)
        : support;
  }

  @Override
  public Program program(BinaryProblem problem, Target target) {
    long items = problem.output().elementCount();
    String kernel = problem.function().isComparison() ? "compare" : "binary";
    return DeviceFunctions.define(ProgramBuilder.prelude())
        .include(DeviceBinary.class, "elementwise.cl")
        .define("X", problem.dtype())
        .define("B_", BinaryFunction.values())
        .launch(kernel, items)
        .input(0)
        .input(1)
        .output(0)
        .table(Broadcast.table(problem.output(), problem.a(), problem.b()))
        .ints(items, ProgramBuilder.code(BinaryFunction.values(), problem.function()))
        .build();
  }
}

package dev.pith.kernels.elementwise;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.Broadcast;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;

/** {@link BinaryProblem} on a device, one work item for each output element. */
public final class DeviceBinary implements DeviceKernel<BinaryProblem> {

  @Override
  public Support supports(BinaryProblem problem, Target target) {
    Support support =
        DeviceTarget.checkNumbers(target, problem.dtype(), problem.output().elementCount());
    return problem.function() == BinaryFunction.DIV
            && problem.dtype().isFloat()
            && support.isSupported()
        ? DeviceTarget.checkDivision(target)
        : support;
  }

  @Override
  public Program program(BinaryProblem problem, Target target) {
    long items = problem.output().elementCount();
    String kernel = problem.function().isComparison() ? "compare" : "binary";
    return arithmetic(problem.dtype())
        .include(DeviceBinary.class, "binary.cl")
        .launch(kernel, items)
        .input(0)
        .input(1)
        .output(0)
        .table(Broadcast.table(problem.output(), problem.a(), problem.b()))
        .ints(items, code(problem.function()))
        .build();
  }

  /** Prelude, numbers of {@code type} and {@code binary_of} on them. */
  public static ProgramBuilder arithmetic(DType type) {
    return ProgramBuilder.prelude()
        .numbers(type)
        .define("B_", BinaryFunction.values())
        .include(DeviceBinary.class, "arithmetic.h");
  }

  /** The number of {@code function} in {@link #arithmetic}. */
  public static int code(BinaryFunction function) {
    return ProgramBuilder.code(BinaryFunction.values(), function);
  }
}

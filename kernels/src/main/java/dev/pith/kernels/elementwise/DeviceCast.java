package dev.pith.kernels.elementwise;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;
import java.util.List;

/** {@link CastProblem} on a device, one work item for each element. */
public final class DeviceCast implements DeviceKernel<CastProblem> {

  @Override
  public Support supports(CastProblem problem, Target target) {
    for (DType type : List.of(problem.from(), problem.to())) {
      if (type.bits() < 8 || type == DType.F64 || type == DType.BF16) {
        return Support.no("%s is not a type this kernel converts", type);
      }
    }
    return DeviceTarget.check(target, problem.shape().elementCount());
  }

  @Override
  public Program program(CastProblem problem, Target target) {
    ProgramBuilder program =
        ProgramBuilder.of(DeviceCast.class, "cast.cl")
            .define("FROM", problem.from())
            .define("TO", problem.to());
    if (problem.from().isFloat()) {
      program.define("FROM_FLOAT", 1);
    }
    if (problem.to().isFloat()) {
      program.define("TO_FLOAT", 1);
    }
    if (problem.to() == DType.BOOL) {
      program.define("TO_BOOL", 1);
    }
    long items = problem.shape().elementCount();
    return program.launch("cast", items).input(0).output(0).ints(items).build();
  }
}

package dev.pith.kernels.matmul;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.DeviceWeights;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.elementwise.DeviceFunctions;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;

/**
 * {@link LinearProblem} on a device. A group of 64 work items computes one feature of four rows of
 * x: lanes read neighbouring weights, dense or blocks, and each weight once for four rows.
 */
public final class DeviceLinear implements DeviceKernel<LinearProblem> {

  @Override
  public String arithmetic(LinearProblem problem) {
    return ANY_ORDER;
  }

  @Override
  public Support supports(LinearProblem problem, Target target) {
    if (problem.weight() == DType.F64) {
      return Support.no("weights of F64; F32, F16, BF16 and I8 are supported");
    }
    return DeviceTarget.checkFloat(
        target,
        problem.input(),
        problem.m() * problem.k(),
        problem.n() * problem.k(),
        problem.m() * problem.n(),
        groups(problem));
  }

  private static long groups(LinearProblem problem) {
    return problem.n() * ((problem.m() + 3) / 4);
  }

  @Override
  public Program program(LinearProblem problem, Target target) {
    ProgramBuilder program =
        DeviceFunctions.activation(ProgramBuilder.prelude(), problem.epilogue().activation())
            .include(DeviceLinear.class, "linear.cl")
            .define("X", problem.input())
            .define("W", problem.weight());
    if (problem.layout().equals(Dense.LAYOUT)) {
      program.launchGroups("linear", groups(problem)).input(0).input(1);
    } else {
      DeviceWeights weights = DeviceWeights.of(problem.layout());
      program.define("SPARSE", 1).define("INDEX", weights.indexType(problem.k()));
      weights.pass(program.launchGroups("linear_sparse", groups(problem)).input(0), 1);
    }
    return DeviceWeights.passScales(program, 1, problem.weight())
        .input(2)
        .input(3)
        .output(0)
        .ints(problem.m(), problem.n(), problem.k())
        .ints(problem.epilogue().bias() ? 1 : 0, problem.epilogue().residual() ? 1 : 0)
        .floats(problem.epilogue().activation().alpha(), problem.epilogue().activation().beta())
        .build();
  }
}

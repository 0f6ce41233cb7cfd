package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.Dense;

/**
 * {@link QLinearProblem} on a device. A group of 64 work items computes one feature of four rows of
 * x: lanes read neighbouring weights, dense or blocks, and each weight once for four rows.
 */
public final class DeviceQLinear implements DeviceKernel<QLinearProblem> {

  private static final int TILE = 4;

  @Override
  public Support supports(QLinearProblem problem, Target target) {
    return DeviceTarget.check(
        target,
        problem.m() * problem.k(),
        problem.n() * problem.k(),
        problem.m() * problem.n(),
        groups(problem));
  }

  private static long groups(QLinearProblem problem) {
    return problem.n() * ((problem.m() + TILE - 1) / TILE);
  }

  @Override
  public Program program(QLinearProblem problem, Target target) {
    Requantize r = problem.requantize();
    ProgramBuilder program = ProgramBuilder.of(DeviceQLinear.class, "q_linear.cl");
    LinearSource.defineOutput(program, r);
    if (!problem.layout().equals(Dense.LAYOUT)) {
      LinearSource.defineSparse(program, problem.layout(), problem.k())
          .pass(program.launchGroups("q_linear_sparse", groups(problem)).input(0), 1);
    } else {
      program.launchGroups("q_linear", groups(problem)).input(0).input(1);
    }
    return program
        .input(2)
        .input(3)
        .output(0)
        .ints(problem.m(), problem.n(), problem.k(), problem.bias() ? 1 : 0)
        .ints(r.inputZeroPoint(), r.zeroPoint(), r.low(), r.high())
        .build();
  }
}

package dev.pith.kernels.normalize;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link NormalizeProblem} of floats on a device: a group of 64 work items for each row. */
public final class DeviceNormalize implements DeviceKernel<NormalizeProblem> {

  @Override
  public Support supports(NormalizeProblem problem, Target target) {
    return DeviceTarget.checkFloat(target, problem.dtype(), problem.work());
  }

  @Override
  public Program program(NormalizeProblem problem, Target target) {
    NormalizeProblem p = problem;
    return ProgramBuilder.of(DeviceNormalize.class, "normalize.cl")
        .define("X", p.dtype())
        .define("P", p.dtype())
        .launchGroups("normalize_rows", p.columns() == 0 ? 0 : p.rows())
        .input(0)
        .input(1)
        .input(2)
        .output(0)
        .output(1)
        .output(2)
        .ints(p.columns(), p.channels(), p.inner(), p.centered() ? 1 : 0)
        .ints(p.scale() ? 1 : 0, p.bias() ? 1 : 0)
        .floats(p.epsilon())
        .build();
  }
}

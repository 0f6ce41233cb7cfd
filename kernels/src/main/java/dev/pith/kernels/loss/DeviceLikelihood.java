package dev.pith.kernels.loss;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/**
 * {@link LikelihoodProblem} of floats on a device: a work item for each place, or one group for the
 * sum of all.
 */
public final class DeviceLikelihood implements DeviceKernel<LikelihoodProblem> {

  @Override
  public Support supports(LikelihoodProblem p, Target target) {
    boolean far = p.ignored() != LikelihoodProblem.NONE && p.ignored() != (int) p.ignored();
    return far
        ? Support.no("the ignored class %d does not fit 32 bits", p.ignored())
        : DeviceTarget.checkFloat(target, p.dtype(), p.work() * p.classes());
  }

  @Override
  public Program program(LikelihoodProblem p, Target target) {
    ProgramBuilder program =
        ProgramBuilder.of(DeviceLikelihood.class, "loss.cl")
            .define("X", p.dtype())
            .define("TARGET", p.targetType());
    boolean each = p.reduction() == LikelihoodProblem.Reduction.NONE;
    if (each) {
      program.launch("likelihood", p.work());
    } else {
      program.launchGroups("likelihood_total", 1);
    }
    boolean ignores = p.ignored() != LikelihoodProblem.NONE;
    program
        .input(0)
        .input(1)
        .input(2)
        .output(0)
        .fault("a target is none of the " + p.classes() + " classes")
        .ints(p.work(), p.classes(), p.inner(), ignores ? 1 : 0, ignores ? p.ignored() : 0);
    return each
        ? program.build()
        : program.ints(p.reduction() == LikelihoodProblem.Reduction.MEAN ? 1 : 0).build();
  }
}

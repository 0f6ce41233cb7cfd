package dev.pith.kernels.resample;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link GridSampleProblem} of floats on a device, a work item for each element. */
public final class DeviceGridSample implements DeviceKernel<GridSampleProblem> {

  @Override
  public Support supports(GridSampleProblem p, Target target) {
    long planes = p.batch() * p.channels();
    return DeviceTarget.checkFloat(
        target, p.dtype(), planes * p.inputPixels(), planes * p.outputPixels());
  }

  @Override
  public Program program(GridSampleProblem p, Target target) {
    long items = p.batch() * p.channels() * p.outputPixels();
    return ProgramBuilder.of(DeviceGridSample.class, "resample.cl")
        .define("X", p.dtype())
        .launch("grid_sample", items)
        .input(0)
        .input(1)
        .output(0)
        .table(p.input().stream().map(Math::toIntExact).toList())
        .ints(items, p.input().size(), p.channels(), p.outputPixels(), p.inputPixels())
        .ints(ProgramBuilder.code(Interpolation.values(), p.interpolation()))
        .ints(ProgramBuilder.code(GridSampleProblem.Padding.values(), p.padding()))
        .ints(p.alignCorners() ? 1 : 0)
        .build();
  }
}

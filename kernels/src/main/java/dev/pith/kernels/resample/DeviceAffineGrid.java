package dev.pith.kernels.resample;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link AffineGridProblem} of floats on a device, a work item for each number. */
public final class DeviceAffineGrid implements DeviceKernel<AffineGridProblem> {

  @Override
  public Support supports(AffineGridProblem p, Target target) {
    return DeviceTarget.checkFloat(target, p.dtype(), p.batch() * p.points() * p.extents().size());
  }

  @Override
  public Program program(AffineGridProblem p, Target target) {
    long items = p.batch() * p.points() * p.extents().size();
    return ProgramBuilder.of(DeviceAffineGrid.class, "resample.cl")
        .define("X", p.dtype())
        .launch("affine_grid", items)
        .input(0)
        .output(0)
        .table(p.extents().stream().map(Math::toIntExact).toList())
        .ints(items, p.extents().size(), p.points(), p.alignCorners() ? 1 : 0)
        .build();
  }
}

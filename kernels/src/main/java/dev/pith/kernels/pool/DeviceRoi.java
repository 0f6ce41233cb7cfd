package dev.pith.kernels.pool;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link RoiProblem} of floats on a device, a work item for each bin of a channel. */
public final class DeviceRoi implements DeviceKernel<RoiProblem> {

  @Override
  public Support supports(RoiProblem p, Target target) {
    return DeviceTarget.checkFloat(
        target,
        p.dtype(),
        p.batch() * p.channels() * p.inputHeight() * p.inputWidth(),
        p.regions() * p.channels() * p.height() * p.width());
  }

  @Override
  public Program program(RoiProblem p, Target target) {
    long items = p.regions() * p.channels() * p.height() * p.width();
    boolean whole = p.mode() == RoiProblem.Mode.MAX_WHOLE;
    ProgramBuilder program =
        ProgramBuilder.of(DeviceRoi.class, "roi.cl")
            .define("X", p.dtype())
            .launch(whole ? "roi_whole" : "roi_samples", items)
            .input(0)
            .input(1);
    if (!whole) {
      program.input(2);
    }
    program
        .output(0)
        .fault("a region names an image that is none of the " + p.batch())
        .ints(items, p.batch(), p.channels(), p.inputHeight(), p.inputWidth())
        .ints(p.height(), p.width());
    if (!whole) {
      program.ints(p.sampling(), p.halfPixel() ? 1 : 0, p.mode() == RoiProblem.Mode.MAX ? 1 : 0);
    }
    return program.floats(p.spatialScale()).build();
  }
}

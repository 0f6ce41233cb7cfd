package dev.pith.kernels.signal;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link StftProblem} of floats on a device, a work item for each bin, by the definition. */
public final class DeviceStft implements DeviceKernel<StftProblem> {

  @Override
  public Support supports(StftProblem p, Target target) {
    return DeviceTarget.checkFloat(
        target,
        p.dtype(),
        2 * p.batch() * p.frames() * p.bins(),
        p.batch() * p.length() * p.components());
  }

  @Override
  public Program program(StftProblem p, Target target) {
    long items = p.batch() * p.frames() * p.bins();
    return ProgramBuilder.of(DeviceStft.class, "signal.cl")
        .define("X", p.dtype())
        .launch("stft", items)
        .input(0)
        .input(p.window() ? 2 : Integer.MAX_VALUE)
        .output(0)
        .ints(items, p.length(), p.components(), p.step(), p.frameLength(), p.frames(), p.bins())
        .build();
  }
}

package dev.pith.kernels.signal;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link DftProblem} of floats on a device, a work item for each bin, by the definition. */
public final class DeviceDft implements DeviceKernel<DftProblem> {

  @Override
  public Support supports(DftProblem p, Target target) {
    return DeviceTarget.checkFloat(
        target,
        p.dtype(),
        2 * p.outer() * p.bins() * p.inner(),
        p.outer() * p.given() * p.inner() * p.components());
  }

  @Override
  public Program program(DftProblem p, Target target) {
    long items = p.outer() * p.bins() * p.inner();
    return ProgramBuilder.of(DeviceDft.class, "signal.cl")
        .define("X", p.dtype())
        .launch("dft", items)
        .input(0)
        .output(0)
        .ints(items, p.given(), p.inner(), p.components(), p.length(), p.terms(), p.bins())
        .ints(p.mirrored() ? 1 : 0)
        .floats(p.inverse() ? 1 : -1, p.inverse() ? 1f / p.length() : 1)
        .build();
  }
}

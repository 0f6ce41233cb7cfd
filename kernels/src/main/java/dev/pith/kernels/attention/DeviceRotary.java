package dev.pith.kernels.attention;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;

/** {@link RotaryProblem} of floats on a device, a work item for each element. */
public final class DeviceRotary implements DeviceKernel<RotaryProblem> {

  @Override
  public Support supports(RotaryProblem p, Target target) {
    return DeviceTarget.checkFloat(target, p.dtype(), p.work());
  }

  @Override
  public Program program(RotaryProblem p, Target target) {
    return ProgramBuilder.of(DeviceRotary.class, "attention.cl")
        .define("X", p.dtype())
        .define("MASK", DType.BOOL)
        .define("MASK_BOOL", 1)
        .launch("rotary", p.work())
        .input(0)
        .input(1)
        .input(2)
        .input(p.positions() ? 3 : Integer.MAX_VALUE)
        .output(0)
        .fault("a position is outside the " + p.rows() + " rows of the cache")
        .ints(p.work(), p.heads(), p.length(), p.size(), p.rotated() / 2)
        .ints(p.interleaved() ? 1 : 0, p.packed() ? 1 : 0, p.rows())
        .build();
  }
}

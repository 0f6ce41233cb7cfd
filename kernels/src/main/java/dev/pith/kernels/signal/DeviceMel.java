package dev.pith.kernels.signal;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.List;
import java.util.stream.LongStream;

/** {@link MelProblem} of floats on a device, a work item for each weight. */
public final class DeviceMel implements DeviceKernel<MelProblem> {

  @Override
  public Support supports(MelProblem p, Target target) {
    return DeviceTarget.checkFloat(target, p.dtype(), p.work());
  }

  @Override
  public Program program(MelProblem p, Target target) {
    List<Integer> corners =
        LongStream.range(0, p.bands() + 2).mapToObj(i -> Math.toIntExact(p.bin(i))).toList();
    return ProgramBuilder.of(DeviceMel.class, "signal.cl")
        .define("X", p.dtype())
        .launch("mel", p.work())
        .output(0)
        .table(corners)
        .ints(p.work(), p.bands())
        .build();
  }
}

package dev.pith.kernels.sequence;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.DeviceBinary;

/** {@link CumulativeProblem} on a device: a work item walks a line along the axis. */
public final class DeviceCumulative implements DeviceKernel<CumulativeProblem> {

  @Override
  public Support supports(CumulativeProblem p, Target target) {
    return DeviceTarget.checkNumbers(target, p.dtype(), p.work());
  }

  @Override
  public Program program(CumulativeProblem p, Target target) {
    long lines = p.count() == 0 ? 0 : p.outer() * p.inner();
    return DeviceBinary.arithmetic(p.dtype())
        .include(DeviceCumulative.class, "sequence.cl")
        .launch("cumulative", lines)
        .input(0)
        .output(0)
        .ints(lines, p.count(), p.inner(), DeviceBinary.code(p.function()))
        .ints(p.function() == BinaryFunction.MUL ? 1 : 0)
        .ints(p.exclusive() ? 1 : 0, p.reverse() ? 1 : 0)
        .build();
  }
}

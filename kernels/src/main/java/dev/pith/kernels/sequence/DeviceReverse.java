package dev.pith.kernels.sequence;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.tensor.DType;

/** {@link ReverseProblem} on a device, a work item for each element. */
public final class DeviceReverse implements DeviceKernel<ReverseProblem> {

  @Override
  public Support supports(ReverseProblem p, Target target) {
    return DeviceTarget.checkMove(target, p.dtype(), p.x().elementCount());
  }

  @Override
  public Program program(ReverseProblem p, Target target) {
    long[] strides = p.x().strides();
    long extent = p.x().dim(p.timeAxis());
    return ProgramBuilder.of(CopyProblem.class, "movement.cl")
        .define("X", DeviceTarget.bits(p.dtype()))
        .define("INDEX", DType.I64)
        .launch("reverse", p.x().elementCount())
        .input(0)
        .input(1)
        .output(0)
        .fault("the length of a sequence is outside [0, " + extent + "]")
        .ints(p.x().elementCount(), p.x().dim(p.batchAxis()), strides[p.batchAxis()])
        .ints(extent, strides[p.timeAxis()])
        .build();
  }
}

package dev.pith.kernels.movement;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;

/** {@link OneHotProblem} on a device, a work item for each element. */
public final class DeviceOneHot implements DeviceKernel<OneHotProblem> {

  @Override
  public Support supports(OneHotProblem p, Target target) {
    Support support = DeviceTarget.checkMove(target, p.dtype(), p.work());
    boolean able = p.indexType().bits() >= 8 && p.indexType() != DType.F64;
    return able || !support.isSupported()
        ? support
        : Support.no("indices of %s have no device kernel", p.indexType());
  }

  @Override
  public Program program(OneHotProblem p, Target target) {
    ProgramBuilder program =
        ProgramBuilder.of(DeviceOneHot.class, "one_hot.cl")
            .define("X", DeviceTarget.bits(p.dtype()))
            .define("INDEX", p.indexType());
    if (p.indexType().isFloat()) {
      program.define("INDEX_REAL", 1);
    }
    return program
        .launch("one_hot", p.work())
        .input(0)
        .input(2)
        .output(0)
        .ints(p.work(), p.depth(), p.inner())
        .build();
  }
}

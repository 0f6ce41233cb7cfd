package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link DequantizeLinearProblem} on a device, a work item for each element. */
public final class DeviceDequantizeLinear implements DeviceKernel<DequantizeLinearProblem> {

  @Override
  public Support supports(DequantizeLinearProblem p, Target target) {
    return DeviceTarget.check(target, p.shape().elementCount());
  }

  @Override
  public Program program(DequantizeLinearProblem p, Target target) {
    long items = p.shape().elementCount();
    ProgramBuilder program =
        ProgramBuilder.of(DeviceDequantizeLinear.class, "q_general.cl")
            .define("X", p.output())
            .define("S", p.scale());
    DeviceQuantizeLinear.define(program, p.input());
    program
        .launch("dequantize_linear", items)
        .input(0)
        .input(1)
        .input(p.zeroPoint() ? 2 : Integer.MAX_VALUE)
        .output(0)
        .ints(items);
    return DeviceQuantizeLinear.grid(program, p.shape(), p.scales()).build();
  }
}

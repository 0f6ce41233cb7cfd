package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link QuantizeProblem} on a device, one work item for each output element. */
public final class DeviceQuantize implements DeviceKernel<QuantizeProblem> {

  @Override
  public Support supports(QuantizeProblem problem, Target target) {
    return DeviceTarget.checkDivision(target, problem.shape().elementCount());
  }

  @Override
  public Program program(QuantizeProblem problem, Target target) {
    long items = problem.shape().elementCount();
    return ProgramBuilder.of(DeviceQuantize.class, "q_elementwise.cl")
        .launch("quantize", items)
        .input(0)
        .output(0)
        .ints(items, problem.zeroPoint(), problem.low(), problem.high())
        .floats(problem.scale())
        .build();
  }
}

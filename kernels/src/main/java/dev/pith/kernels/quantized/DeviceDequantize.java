package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.Locale;

/** {@link DequantizeProblem} on a device, one work item for each output element. */
public final class DeviceDequantize implements DeviceKernel<DequantizeProblem> {

  @Override
  public Support supports(DequantizeProblem problem, Target target) {
    return DeviceTarget.check(target, problem.shape().elementCount());
  }

  @Override
  public Program program(DequantizeProblem problem, Target target) {
    long items = problem.shape().elementCount();
    String kernel = "dequantize_" + problem.input().name().toLowerCase(Locale.ROOT);
    return ProgramBuilder.of(DeviceDequantize.class, "q_elementwise.cl")
        .launch(kernel, items)
        .input(0)
        .output(0)
        .ints(items, problem.zeroPoint())
        .floats(problem.scale())
        .build();
  }
}

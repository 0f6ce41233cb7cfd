package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/**
 * {@link DynamicQuantizeLinearProblem} on a device: up to 64 groups find the range of their parts,
 * one that of all, then a work item quantizes each element.
 */
public final class DeviceDynamicQuantizeLinear
    implements DeviceKernel<DynamicQuantizeLinearProblem> {

  @Override
  public Support supports(DynamicQuantizeLinearProblem p, Target target) {
    return DeviceTarget.checkDivision(target, p.work());
  }

  @Override
  public Program program(DynamicQuantizeLinearProblem p, Target target) {
    long count = p.work();
    long groups = Math.clamp((count + 4095) / 4096, 1, 64);
    return ProgramBuilder.of(DeviceDynamicQuantizeLinear.class, "q_dynamic.cl")
        .launchGroups("tensor_range", groups)
        .input(0)
        .scratch(0, 8 * groups)
        .ints(count, groups)
        .launchGroups("tensor_scale", 1)
        .scratch(0, 8 * groups)
        .scratch(1, 4)
        .scratch(2, 1)
        .ints(groups)
        .launchGroups("tensor_parameters", 1)
        .scratch(1, 4)
        .scratch(2, 1)
        .output(1)
        .output(2)
        .launch("tensor_quantize", count)
        .input(0)
        .scratch(1, 4)
        .scratch(2, 1)
        .output(0)
        .ints(count)
        .build();
  }
}

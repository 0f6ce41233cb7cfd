package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvWindow;
import dev.pith.kernels.device.DeviceTarget;

/**
 * {@link DynamicConvProblem} on a device: a group of 64 work items quantizes each image, then a
 * work item computes each element.
 */
public final class DeviceDynamicConv implements DeviceKernel<DynamicConvProblem> {

  @Override
  public Support supports(DynamicConvProblem p, Target target) {
    return ConvWindow.check(p.geometry(), counts -> DeviceTarget.checkDivision(target, counts));
  }

  @Override
  public Program program(DynamicConvProblem p, Target target) {
    return DynamicSource.of(p.geometry(), p.layout(), p.epilogue());
  }
}

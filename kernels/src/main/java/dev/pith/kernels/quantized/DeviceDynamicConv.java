package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.Window;

/**
 * {@link DynamicConvProblem} on a device: a group of 64 work items quantizes each image, then a
 * work item computes each element.
 */
public final class DeviceDynamicConv implements DeviceKernel<DynamicConvProblem> {

  @Override
  public String name() {
    return "device_dynamic_conv";
  }

  @Override
  public Support supports(DynamicConvProblem p, Target target) {
    ConvGeometry g = p.geometry();
    if (g.axes() > Window.AXES) {
      return Support.no("%d spatial axes; 1 to 3 are supported", g.axes());
    }
    return DeviceTarget.checkDivision(
        target,
        g.inputShape().elementCount(),
        g.outputShape().elementCount(),
        g.outputChannels() * g.columns());
  }

  @Override
  public Program program(DynamicConvProblem p, Target target) {
    return DynamicSource.of(p.geometry(), p.layout(), p.epilogue());
  }
}

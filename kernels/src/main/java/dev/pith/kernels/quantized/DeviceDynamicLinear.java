package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.device.DeviceTarget;
import java.util.List;

/**
 * {@link DynamicLinearProblem} on a device: a group of 64 work items quantizes each row, then a
 * work item computes each element.
 */
public final class DeviceDynamicLinear implements DeviceKernel<DynamicLinearProblem> {

  @Override
  public Support supports(DynamicLinearProblem p, Target target) {
    return DeviceTarget.checkDivision(target, p.m() * p.k(), p.m() * p.n(), p.n() * p.k());
  }

  @Override
  public Program program(DynamicLinearProblem p, Target target) {
    List<Long> one = List.of(1L);
    List<Long> none = List.of(0L);
    ConvGeometry pixel = new ConvGeometry(p.m(), p.k(), p.n(), 1, one, one, one, one, none, none);
    return DynamicSource.of(pixel, p.layout(), p.epilogue());
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvWindow;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;

/** {@link QLinearConvProblem} on a device, a work item for each element. */
public final class DeviceQLinearConv implements DeviceKernel<QLinearConvProblem> {

  @Override
  public Support supports(QLinearConvProblem p, Target target) {
    return ConvWindow.check(p.geometry(), counts -> DeviceTarget.checkDivision(target, counts));
  }

  @Override
  public Program program(QLinearConvProblem p, Target target) {
    ConvGeometry g = p.geometry();
    ProgramBuilder program =
        ProgramBuilder.of(DeviceQLinearConv.class, "q_integer.cl")
            .define("A", p.input())
            .define("B", p.weight())
            .define("S", DType.F32)
            .define("Y", p.output())
            .define("REQUANTIZED", 1)
            .launch("integer_conv", g.outputShape().elementCount())
            .input(0)
            .input(3)
            .input(2)
            .input(5)
            .input(1)
            .input(4)
            .input(6)
            .input(7)
            .input(p.bias() ? 8 : Integer.MAX_VALUE)
            .output(0);
    return DeviceConvInteger.extents(program, g)
        .ints(p.zeroPerChannel() ? 1 : 0, p.scalePerChannel() ? 1 : 0)
        .ints(IntegerRange.low(p.output()), IntegerRange.high(p.output()))
        .build();
  }
}

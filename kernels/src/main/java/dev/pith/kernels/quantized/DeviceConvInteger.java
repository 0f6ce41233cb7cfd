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

/** {@link ConvIntegerProblem} on a device, a work item for each element. */
public final class DeviceConvInteger implements DeviceKernel<ConvIntegerProblem> {

  @Override
  public Support supports(ConvIntegerProblem p, Target target) {
    return ConvWindow.check(p.geometry(), counts -> DeviceTarget.check(target, counts));
  }

  @Override
  public Program program(ConvIntegerProblem p, Target target) {
    ConvGeometry g = p.geometry();
    long items = g.outputShape().elementCount();
    ProgramBuilder program =
        ProgramBuilder.of(DeviceConvInteger.class, "q_integer.cl")
            .define("A", p.input())
            .define("B", p.weight())
            .define("Y", DType.I32)
            .launch("integer_conv", items)
            .input(0)
            .input(1)
            .input(p.inputZeroPoint() ? 2 : ABSENT)
            .input(p.weightZeroPoints() > 0 ? 3 : ABSENT)
            .input(ABSENT)
            .output(0);
    return extents(program, g).ints(p.weightZeroPoints() > 1 ? 1 : 0, 0, 0, 0).build();
  }

  private static final int ABSENT = Integer.MAX_VALUE;

  /** Passes the window and extents of {@code integer_conv}. */
  static ProgramBuilder extents(ProgramBuilder program, ConvGeometry g) {
    return program
        .table(ConvWindow.table(g))
        .ints(g.outputShape().elementCount(), g.outputPixels(), g.inputPixels(), g.taps())
        .ints(g.inputChannels() / g.groups(), g.outputChannels() / g.groups(), g.groups());
  }
}

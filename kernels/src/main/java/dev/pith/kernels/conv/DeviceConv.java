package dev.pith.kernels.conv;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.DeviceWeights;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.elementwise.DeviceFunctions;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;

/**
 * {@link ConvProblem} on a device. One work item computes one pixel: of four output channels with
 * dense weights, of one with compressed weights, whose blocks it walks. Sums are fp32, in ascending
 * order of columns.
 */
public final class DeviceConv implements DeviceKernel<ConvProblem> {

  @Override
  public String arithmetic(ConvProblem problem) {
    return ANY_ORDER;
  }

  @Override
  public Support supports(ConvProblem problem, Target target) {
    if (problem.weight() == DType.F64) {
      return Support.no("weights of F64; F32, F16, BF16 and I8 are supported");
    }
    return ConvWindow.check(
        problem.geometry(), counts -> DeviceTarget.checkFloat(target, problem.input(), counts));
  }

  @Override
  public Program program(ConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    ProgramBuilder program =
        DeviceFunctions.activation(ProgramBuilder.prelude(), problem.epilogue().activation())
            .include(DeviceConv.class, "conv.cl")
            .define("X", problem.input())
            .define("W", problem.weight());
    long outs = g.outputChannels() / g.groups();
    long planes = g.batch() * g.groups();
    long items;
    if (problem.layout().equals(Dense.LAYOUT)) {
      int channels = outs == 1 ? 1 : 4;
      items = planes * ((outs + channels - 1) / channels) * g.outputPixels();
      program.define("CHANNELS", channels).launch("conv", items).input(0).input(1);
    } else {
      items = planes * outs * g.outputPixels();
      DeviceWeights weights = DeviceWeights.of(problem.layout());
      program.define("SPARSE", 1).define("INDEX", weights.indexType(g.columns()));
      weights.pass(program.launch("conv_sparse", items).input(0), 1);
    }
    return DeviceWeights.passScales(program, 1, problem.weight())
        .input(2)
        .input(3)
        .output(0)
        .table(ConvWindow.table(g))
        .ints(items, g.outputPixels(), g.inputPixels(), g.taps())
        .ints(g.inputChannels() / g.groups(), outs, g.groups())
        .ints(problem.epilogue().bias() ? 1 : 0, problem.epilogue().residual() ? 1 : 0)
        .floats(problem.epilogue().activation().alpha(), problem.epilogue().activation().beta())
        .build();
  }
}

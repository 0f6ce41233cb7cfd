package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvWindow;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.DeviceWeights;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.Dense;

/**
 * {@link QConvProblem} on a device. One work item computes one pixel: of four output channels with
 * dense weights (an activation is read once for them), of one with compressed weights, whose blocks
 * it walks. Sums are integers, so that the order does not matter.
 */
public final class DeviceQConv implements DeviceKernel<QConvProblem> {

  private static final int CHANNELS = 4;

  @Override
  public Support supports(QConvProblem problem, Target target) {
    return ConvWindow.check(problem.geometry(), counts -> DeviceTarget.check(target, counts));
  }

  @Override
  public Program program(QConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    Requantize r = problem.requantize();
    long outs = g.outputChannels() / g.groups();
    ProgramBuilder program = ProgramBuilder.of(DeviceQConv.class, "q_conv.cl");
    LinearSource.defineOutput(program, r);
    long planes = g.batch() * g.groups();
    long items;
    if (!problem.layout().equals(Dense.LAYOUT)) {
      items = planes * outs * g.outputPixels();
      DeviceWeights weights = LinearSource.defineSparse(program, problem.layout(), g.columns());
      weights.pass(program.launch("q_conv_sparse", items).input(0), 1);
    } else {
      int channels = outs == 1 ? 1 : CHANNELS;
      items = planes * ((outs + channels - 1) / channels) * g.outputPixels();
      program.define("CHANNELS", channels).launch("q_conv", items).input(0).input(1);
    }
    return program
        .input(2)
        .input(3)
        .output(0)
        .table(ConvWindow.table(g))
        .ints(items, g.outputPixels(), g.inputPixels(), g.taps())
        .ints(g.inputChannels() / g.groups(), outs, g.groups(), problem.bias() ? 1 : 0)
        .ints(r.inputZeroPoint(), r.zeroPoint(), r.low(), r.high())
        .build();
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;

/**
 * {@link QConvProblem} of one group on the matrix units of a device, as an implicit product:
 * windows are found as tiles are loaded and never stored. Weights as in {@link
 * DeviceQLinearMatrix}.
 */
public final class DeviceQConvMatrix implements DeviceKernel<QConvProblem> {

  private static MatrixSource source(QConvProblem p) {
    ConvGeometry g = p.geometry();
    return new MatrixSource(
        g.batch() * g.outputPixels(),
        g.outputChannels(),
        g.columns(),
        g,
        p.layout(),
        p.bias(),
        p.requantize());
  }

  @Override
  public boolean isContested(QConvProblem problem, Target target) {
    return true;
  }

  @Override
  public Support supports(QConvProblem problem, Target target) {
    return source(problem).supports(target);
  }

  @Override
  public Program program(QConvProblem problem, Target target) {
    return source(problem).program();
  }
}

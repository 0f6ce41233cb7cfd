package dev.pith.kernels.conv;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.matmul.VectorLinear;

/**
 * {@link ConvProblem} on images of one pixel, as behind a global pooling: a linear layer whose rows
 * are the images. Operands lie in memory as {@link LinearProblem} wants them.
 */
public final class VectorPixelConv implements HostKernel<ConvProblem> {

  private static final VectorLinear LINEAR = new VectorLinear();

  @Override
  public Support supports(ConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    if (!g.isPointwise() || g.inputPixels() != 1 || g.groups() != 1) {
      return Support.no(
          "%d groups, %d taps, %d pixels: not one of each", g.groups(), g.taps(), g.inputPixels());
    }
    return LINEAR.supports(linear(problem), target);
  }

  private static LinearProblem linear(ConvProblem problem) {
    ConvGeometry g = problem.geometry();
    return new LinearProblem(
        g.batch(),
        g.outputChannels(),
        g.inputChannels(),
        problem.input(),
        problem.weight(),
        problem.layout(),
        problem.epilogue());
  }

  @Override
  public HostProgram prepare(ConvProblem problem, PrepareContext context) {
    return LINEAR.prepare(linear(problem), context);
  }
}

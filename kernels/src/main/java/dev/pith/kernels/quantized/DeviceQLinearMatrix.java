package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;

/**
 * {@link QLinearProblem} on the matrix units of a device: compressed weights are expanded tile by
 * tile in local memory (load as sparse, compute as dense; Xia et al. 2023, Flash-LLM), 2:4 weights
 * by none: the units skip what is not stored.
 */
public final class DeviceQLinearMatrix implements DeviceKernel<QLinearProblem> {

  private static MatrixSource source(QLinearProblem p) {
    return new MatrixSource(p.m(), p.n(), p.k(), null, p.layout(), p.bias(), p.requantize());
  }

  @Override
  public boolean isContested(QLinearProblem problem, Target target) {
    return true;
  }

  @Override
  public Support supports(QLinearProblem problem, Target target) {
    return source(problem).supports(target);
  }

  @Override
  public Program program(QLinearProblem problem, Target target) {
    return source(problem).program();
  }
}

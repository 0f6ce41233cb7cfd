package dev.pith.kernels.signal;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link WindowProblem} in double precision: the oracle. */
public final class ReferenceWindow implements ReferenceKernel<WindowProblem> {

  @Override
  public HostProgram prepare(WindowProblem p, PrepareContext context) {
    return new ElementwiseProgram(p.length(), 1024, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(WindowProblem p, Arguments a, long from, long to) {
    double period = p.periodic() ? p.length() : p.length() - 1.0;
    for (long i = from; i < to; i++) {
      double angle = period == 0 ? 0 : 2 * Math.PI * i / period;
      double y = p.a0() - p.a1() * Math.cos(angle) + p.a2() * Math.cos(2 * angle);
      Elements.setDouble(p.dtype(), a.outputValues(0), i, y);
    }
  }
}

package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link FoldProblem} in double precision: the oracle. */
public final class ReferenceFold implements ReferenceKernel<FoldProblem> {

  @Override
  public HostProgram prepare(FoldProblem p, PrepareContext context) {
    return new ElementwiseProgram(p.outputs(), 256, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(FoldProblem p, Arguments a, long from, long to) {
    TapIndex taps = TapIndex.of(p.windows());
    long pixels = p.windows().inputPixels();
    long blocks = p.windows().outputPixels();
    for (long i = from; i < to; i++) {
      double sum = 0;
      for (long tap = 0; tap < p.windows().taps(); tap++) {
        long block = taps.outputPixel(i % pixels, tap);
        if (block >= 0) {
          long at = (i / pixels * p.windows().taps() + tap) * blocks + block;
          sum += Elements.getDouble(p.dtype(), a.inputValues(0), at);
        }
      }
      Elements.setDouble(p.dtype(), a.outputValues(0), i, sum);
    }
  }
}

package dev.pith.kernels.signal;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** {@link MelProblem} by its definition in double precision: the oracle. */
public final class ReferenceMel implements ReferenceKernel<MelProblem> {

  @Override
  public HostProgram prepare(MelProblem p, PrepareContext context) {
    return new ElementwiseProgram(p.bands(), 16, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(MelProblem p, Arguments a, long from, long to) {
    for (long band = from; band < to; band++) {
      long low = p.bin(band);
      long centre = p.bin(band + 1);
      long high = p.bin(band + 2);
      for (long bin = 0; bin < p.bins(); bin++) {
        double y = 0;
        if (bin >= centre && bin < high) {
          y = (high - bin) / (double) (high - centre);
        } else if (bin >= low && bin < centre) {
          y = (bin - low) / (double) (centre - low);
        } else if (bin == centre) {
          y = 1;
        }
        Elements.setDouble(p.dtype(), a.outputValues(0), bin * p.bands() + band, y);
      }
    }
  }
}

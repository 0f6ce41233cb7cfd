package dev.pith.kernels.normalize;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link LrnProblem} in double precision: the oracle. */
public final class ReferenceLrn implements ReferenceKernel<LrnProblem> {

  @Override
  public HostProgram prepare(LrnProblem p, PrepareContext context) {
    long count = p.batch() * p.channels() * p.inner();
    return new ElementwiseProgram(count, 512, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(LrnProblem p, Arguments a, long from, long to) {
    for (long i = from; i < to; i++) {
      long channel = i / p.inner() % p.channels();
      long low = Math.max(0, channel - (p.size() - 1) / 2);
      long high = Math.min(p.channels() - 1, channel + p.size() / 2);
      double sum = 0;
      for (long c = low; c <= high; c++) {
        double v = Elements.getDouble(p.dtype(), a.inputValues(0), i + (c - channel) * p.inner());
        sum += v * v;
      }
      double x = Elements.getDouble(p.dtype(), a.inputValues(0), i);
      double y = x / Math.pow(p.bias() + p.alpha() / p.size() * sum, p.beta());
      Elements.setDouble(p.dtype(), a.outputValues(0), i, y);
    }
  }
}

package dev.pith.kernels.normalize;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link BatchNormProblem} in double precision: the oracle. */
public final class ReferenceBatchNorm implements ReferenceKernel<BatchNormProblem> {

  @Override
  public HostProgram prepare(BatchNormProblem p, PrepareContext context) {
    return new ElementwiseProgram(p.work(), (a, from, to) -> run(p, a, from, to));
  }

  private static void run(BatchNormProblem p, Arguments a, long from, long to) {
    for (long i = from; i < to; i++) {
      long channel = i / p.inner() % p.channels();
      double x = Elements.getDouble(p.dtype(), a.inputValues(0), i);
      double scale = Elements.getDouble(p.parameters(), a.inputValues(1), channel);
      double bias = Elements.getDouble(p.parameters(), a.inputValues(2), channel);
      double mean = Elements.getDouble(p.parameters(), a.inputValues(3), channel);
      double variance = Elements.getDouble(p.parameters(), a.inputValues(4), channel);
      double y = (x - mean) / Math.sqrt(variance + p.epsilon()) * scale + bias;
      Elements.setDouble(p.dtype(), a.outputValues(0), i, y);
    }
  }
}

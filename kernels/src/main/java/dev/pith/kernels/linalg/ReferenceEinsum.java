package dev.pith.kernels.linalg;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link EinsumProblem} in double precision: the oracle. */
public final class ReferenceEinsum implements ReferenceKernel<EinsumProblem> {

  @Override
  public HostProgram prepare(EinsumProblem p, PrepareContext context) {
    return new ElementwiseProgram(p.outputs(), 64, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(EinsumProblem p, Arguments a, long from, long to) {
    int inputs = p.terms().size();
    for (long i = from; i < to; i++) {
      double sum = 0;
      for (long j = 0; j < p.summed(); j++) {
        double product = 1;
        for (int t = 0; t < inputs; t++) {
          product *= Elements.getDouble(p.dtype(), a.inputValues(t), p.offset(t, i, j));
        }
        sum += product;
      }
      Elements.setDouble(p.dtype(), a.outputValues(0), i, sum);
    }
  }
}

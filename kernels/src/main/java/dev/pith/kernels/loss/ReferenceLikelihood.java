package dev.pith.kernels.loss;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.SingleItemProgram;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link LikelihoodProblem} in double precision, one work item: the oracle. */
public final class ReferenceLikelihood implements ReferenceKernel<LikelihoodProblem> {

  @Override
  public HostProgram prepare(LikelihoodProblem problem, PrepareContext context) {
    return new Run(problem);
  }

  private record Run(LikelihoodProblem p) implements SingleItemProgram {

    @Override
    public void run(Arguments a) {
      double sum = 0;
      double weights = 0;
      for (long i = 0; i < p.batch() * p.inner(); i++) {
        long target = Elements.getLong(p.targetType(), a.inputValues(1), i);
        double loss = 0;
        if (target != p.ignored()) {
          if (target < 0 || target >= p.classes()) {
            throw new IllegalArgumentException(
                "target " + target + " at " + i + " is none of " + p.classes() + " classes");
          }
          double weight = p.weight() ? Elements.getDouble(p.dtype(), a.inputValues(2), target) : 1;
          long at = (i / p.inner() * p.classes() + target) * p.inner() + i % p.inner();
          loss = -Elements.getDouble(p.dtype(), a.inputValues(0), at) * weight;
          weights += weight;
        }
        sum += loss;
        if (p.reduction() == LikelihoodProblem.Reduction.NONE) {
          Elements.setDouble(p.dtype(), a.outputValues(0), i, loss);
        }
      }
      if (p.reduction() != LikelihoodProblem.Reduction.NONE) {
        double y = p.reduction() == LikelihoodProblem.Reduction.SUM ? sum : sum / weights;
        Elements.setDouble(p.dtype(), a.outputValues(0), 0, y);
      }
    }
  }
}

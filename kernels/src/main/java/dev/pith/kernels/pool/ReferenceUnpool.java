package dev.pith.kernels.pool;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.SingleItemProgram;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link UnpoolProblem}; one work item, since places may be named twice. */
public final class ReferenceUnpool implements ReferenceKernel<UnpoolProblem> {

  @Override
  public HostProgram prepare(UnpoolProblem problem, PrepareContext context) {
    return new Run(problem);
  }

  private record Run(UnpoolProblem problem) implements SingleItemProgram {

    @Override
    public void run(Arguments a) {
      a.outputValues(0).fill((byte) 0);
      for (long i = 0; i < problem.count(); i++) {
        long index = a.inputValues(1).get(Elements.I64, i * 8);
        long at = problem.position(index);
        if (at < 0) {
          throw new IllegalArgumentException(
              "index " + index + " at " + i + " is outside output " + problem.output());
        }
        double value = Elements.getDouble(problem.dtype(), a.inputValues(0), i);
        Elements.setDouble(problem.dtype(), a.outputValues(0), at, value);
      }
    }
  }
}

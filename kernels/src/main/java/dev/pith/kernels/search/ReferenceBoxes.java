package dev.pith.kernels.search;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.SingleItemProgram;
import dev.pith.kernels.tensor.Elements;
import java.util.List;

/** {@link BoxProblem} by {@link BoxSelection}, one work item. It allocates while it runs. */
public final class ReferenceBoxes implements ReferenceKernel<BoxProblem> {

  @Override
  public HostProgram prepare(BoxProblem problem, PrepareContext context) {
    return new Run(problem);
  }

  private record Run(BoxProblem p) implements SingleItemProgram {

    @Override
    public void run(Arguments a) {
      List<long[]> kept = BoxSelection.select(p, a.inputValues(0), a.inputValues(1));
      for (int row = 0; row < p.count(); row++) {
        for (int i = 0; i < 3; i++) {
          a.outputValues(0).set(Elements.I64, (row * 3L + i) * 8, kept.get(row)[i]);
        }
      }
    }
  }
}

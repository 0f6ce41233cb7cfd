package dev.pith.kernels.search;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** {@link BoxProblem} by {@link BoxSelection}, one work item. It allocates while it runs. */
public final class ReferenceBoxes implements HostKernel<BoxProblem> {

  @Override
  public String name() {
    return "reference_boxes";
  }

  @Override
  public Support supports(BoxProblem problem, Target target) {
    return Support.YES;
  }

  @Override
  public HostProgram prepare(BoxProblem problem, PrepareContext context) {
    return new Run(problem);
  }

  private record Run(BoxProblem p) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return 1;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      List<long[]> kept = BoxSelection.select(p, a.inputValues(0), a.inputValues(1));
      for (int row = 0; row < p.count(); row++) {
        for (int i = 0; i < 3; i++) {
          a.outputValues(0).set(Elements.I64, (row * 3L + i) * 8, kept.get(row)[i]);
        }
      }
    }
  }
}

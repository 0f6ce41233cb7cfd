package dev.pith.kernels.quads;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quantized.QLookupProblem;
import java.lang.foreign.MemorySegment;

/** {@link QLookupProblem} in quads, byte by byte. A work item is one plane. */
public final class DirectQuadLookup implements HostKernel<ArrangedProblem> {

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    if (!(problem.problem() instanceof QLookupProblem)) {
      return Support.no("not a table");
    }
    return target.isCpu()
        ? QuadDemand.check(problem)
        : Support.no("the target is %s, not a CPU", target.kind());
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    return new Run(problem, problem.outputGrid());
  }

  private record Run(ArrangedProblem problem, QuadGrid grid) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return grid.planes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment x = a.inputValues(0);
      MemorySegment table = a.inputValues(1);
      MemorySegment y = a.outputValues(0);
      for (long plane = from; plane < to; plane++) {
        long end = grid.plane(plane) + grid.planeBytes();
        for (long at = grid.plane(plane); at < end; at++) {
          y.set(JAVA_BYTE, at, table.get(JAVA_BYTE, x.get(JAVA_BYTE, at) & 255));
        }
        grid.fillBorder(y, plane, problem.outputPadding());
      }
    }
  }
}

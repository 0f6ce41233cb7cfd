package dev.pith.kernels.elementwise;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.BroadcastIndex;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over output elements: the oracle. */
public final class ReferenceSelect implements ReferenceKernel<SelectProblem> {

  @Override
  public HostProgram prepare(SelectProblem problem, PrepareContext context) {
    BroadcastIndex index =
        BroadcastIndex.of(problem.output(), problem.condition(), problem.a(), problem.b());
    return new ElementwiseProgram(
        problem.output().elementCount(), (a, from, to) -> run(problem, index, a, from, to));
  }

  private static void run(
      SelectProblem problem, BroadcastIndex index, Arguments arguments, long from, long to) {
    MemorySegment condition = arguments.inputValues(0);
    for (long i = from; i < to; i++) {
      int chosen = condition.get(JAVA_BYTE, index.of(i, 0)) != 0 ? 1 : 2;
      Elements.copy(
          problem.dtype(),
          arguments.inputValues(chosen),
          index.of(i, chosen),
          arguments.outputValues(0),
          i);
    }
  }
}

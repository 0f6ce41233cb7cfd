package dev.pith.kernels.sequence;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over output elements: the oracle. */
public final class ReferenceReverse implements ReferenceKernel<ReverseProblem> {

  @Override
  public HostProgram prepare(ReverseProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.x().elementCount(), (a, from, to) -> run(problem, a, from, to));
  }

  private static void run(ReverseProblem problem, Arguments a, long from, long to) {
    MemorySegment lengths = a.inputValues(1);
    int batchAxis = problem.batchAxis();
    int timeAxis = problem.timeAxis();
    long[] strides = problem.x().strides();
    long extent = problem.x().dim(timeAxis);
    for (long i = from; i < to; i++) {
      long batch = i / strides[batchAxis] % problem.x().dim(batchAxis);
      long time = i / strides[timeAxis] % extent;
      long length = lengths.get(Elements.I64, batch * 8);
      if (length < 0 || length > extent) {
        throw new IllegalArgumentException(
            "length " + length + " of sequence " + batch + " is outside [0, " + extent + "]");
      }
      long source = time < length ? i + (length - 1 - 2 * time) * strides[timeAxis] : i;
      Elements.copy(problem.dtype(), a.inputValues(0), source, a.outputValues(0), i);
    }
  }
}

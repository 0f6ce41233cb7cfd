package dev.pith.kernels.elementwise;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop in double precision: the oracle. Works on any dtype. */
public final class ReferenceUnary implements HostKernel<UnaryProblem> {

  /** Elements in one work item: enough to make handing out work cheap. */
  private static final long CHUNK = 4096;

  @Override
  public String name() {
    return "reference_unary";
  }

  @Override
  public Support supports(UnaryProblem problem, Target target) {
    return Support.YES;
  }

  @Override
  public HostProgram prepare(UnaryProblem problem, PrepareContext context) {
    long count = problem.shape().elementCount();
    return new HostProgram() {
      @Override
      public long workItems(int phase) {
        return Math.max(1, (count + CHUNK - 1) / CHUNK);
      }

      @Override
      public void run(
          int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
        MemorySegment x = a.inputValues(0);
        MemorySegment y = a.outputValues(0);
        long end = Math.min(count, to * CHUNK);
        for (long i = from * CHUNK; i < end; i++) {
          double value = Elements.getDouble(problem.dtype(), x, i);
          value = problem.function().apply(value, problem.alpha(), problem.beta());
          Elements.setDouble(problem.dtype(), y, i, value);
        }
      }
    };
  }
}

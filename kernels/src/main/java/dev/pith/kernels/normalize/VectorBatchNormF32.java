package dev.pith.kernels.normalize;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * F32 {@link BatchNormProblem} as y = x · a + b with the Vector API; a and b come from the
 * channel's moments in double precision. A work item is one channel of one image.
 */
public final class VectorBatchNormF32 implements HostKernel<BatchNormProblem> {

  @Override
  public Support supports(BatchNormProblem p, Target target) {
    if (p.dtype() != DType.F32 || p.parameters() != DType.F32) {
      return Support.no("elements are %s and %s, not F32", p.dtype(), p.parameters());
    }
    return target.supportsVectors();
  }

  @Override
  public HostProgram prepare(BatchNormProblem problem, PrepareContext context) {
    RowScaling loops =
        VectorWidths.of(
            MethodHandles.lookup(),
            RowScaling.class,
            VectorRowScaling.class,
            context.target().vectorBits());
    return new Run(problem, loops);
  }

  private record Run(BatchNormProblem p, RowScaling loops) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, p.outer() * p.channels());
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      for (long plane = from; plane < Math.min(to, p.outer() * p.channels()); plane++) {
        long channel = 4 * (plane % p.channels());
        double variance = a.inputValues(4).get(Elements.F32, channel);
        double factor =
            a.inputValues(1).get(Elements.F32, channel) / Math.sqrt(variance + p.epsilon());
        double offset =
            a.inputValues(2).get(Elements.F32, channel)
                - a.inputValues(3).get(Elements.F32, channel) * factor;
        long at = 4 * plane * p.inner();
        loops.scale(
            a.inputValues(0), at, p.inner(), (float) factor, (float) offset, a.outputValues(0));
      }
    }
  }
}

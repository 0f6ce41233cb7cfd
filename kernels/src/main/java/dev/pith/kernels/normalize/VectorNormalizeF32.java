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
 * F32 {@link NormalizeProblem} with the Vector API: a row is read three times, for its mean, its
 * variance around that mean (no cancellation), and its result; the second and third reads come from
 * cache. A work item is one row.
 */
public final class VectorNormalizeF32 implements HostKernel<NormalizeProblem> {

  @Override
  public Support supports(NormalizeProblem p, Target target) {
    if (p.dtype() != DType.F32) {
      return Support.no("elements are %s, not F32", p.dtype());
    }
    boolean elements = p.inner() == 1 && p.channels() == p.columns() && p.scale();
    boolean runs = p.columns() % p.inner() == 0 && p.inner() > 1 || !p.scale() && !p.bias();
    if (!elements && !runs) {
      return Support.no("rows of %d elements do not fall into runs of %d", p.columns(), p.inner());
    }
    return target.supportsVectors();
  }

  @Override
  public HostProgram prepare(NormalizeProblem problem, PrepareContext context) {
    RowScaling loops =
        VectorWidths.of(
            MethodHandles.lookup(),
            RowScaling.class,
            VectorRowScaling.class,
            context.target().vectorBits());
    return new Run(problem, loops);
  }

  private record Run(NormalizeProblem p, RowScaling loops) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, p.rows());
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment x = a.inputValues(0);
      MemorySegment y = a.outputValues(0);
      for (long row = from; row < Math.min(to, p.rows()); row++) {
        long at = 4 * row * p.columns();
        float mean = p.centered() ? loops.sum(x, at, p.columns()) / p.columns() : 0;
        float variance = loops.squares(x, at, p.columns(), mean) / p.columns();
        float inverse = (float) (1 / Math.sqrt(variance + (double) p.epsilon()));
        if (!p.scale() && !p.bias()) {
          loops.scale(x, at, p.columns(), inverse, -mean * inverse, y);
        } else if (p.inner() == 1) {
          MemorySegment bias = p.bias() ? a.inputValues(2) : null;
          loops.scale(x, at, p.columns(), mean, inverse, a.inputValues(1), bias, y);
        } else {
          runs(a, row * p.columns(), mean, inverse);
        }
        ReferenceNormalize.moments(p, a, row, mean, inverse);
      }
    }

    private void runs(Arguments a, long base, float mean, float inverse) {
      for (long i = 0; i < p.columns(); i += p.inner()) {
        long channel = 4 * p.channel(base + i);
        float scale = p.scale() ? a.inputValues(1).get(Elements.F32, channel) : 1;
        float bias = p.bias() ? a.inputValues(2).get(Elements.F32, channel) : 0;
        float factor = scale * inverse;
        long at = 4 * (base + i);
        loops.scale(
            a.inputValues(0), at, p.inner(), factor, bias - mean * factor, a.outputValues(0));
      }
    }
  }
}

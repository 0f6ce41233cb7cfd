package dev.pith.kernels.resample;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link ResizeProblem} with the sum over all combinations of the axes' elements, in double
 * precision: the oracle.
 */
public final class ReferenceResize implements ReferenceKernel<ResizeProblem> {

  @Override
  public HostProgram prepare(ResizeProblem problem, PrepareContext context) {
    ResizeTaps[] taps = new ResizeTaps[problem.input().rank()];
    for (int d = 0; d < taps.length; d++) {
      taps[d] = new ResizeTaps(problem, d);
    }
    return new ElementwiseProgram(
        problem.output().elementCount(), 256, new Body(problem, taps, problem.input().strides()));
  }

  @SuppressWarnings("ArrayRecordComponent") // made once, never compared
  private record Body(ResizeProblem p, ResizeTaps[] taps, long[] strides)
      implements ElementwiseProgram.Body {

    @Override
    public void run(Arguments a, long from, long to) {
      for (long i = from; i < to; i++) {
        boolean outside = false;
        long rest = i;
        for (int d = taps.length - 1; d >= 0; d--) {
          outside |= taps[d].isOutside((int) (rest % p.output().dim(d)));
          rest /= p.output().dim(d);
        }
        double y = outside ? p.extrapolation() : sum(a.inputValues(0), taps.length - 1, i, 0);
        Elements.setDouble(p.dtype(), a.outputValues(0), i, y);
      }
    }

    /** The sum over axes 0 to {@code d}, with the axes behind at {@code offset}. */
    private double sum(MemorySegment x, int d, long rest, long offset) {
      if (d < 0) {
        return Elements.getDouble(p.dtype(), x, offset);
      }
      int at = (int) (rest % p.output().dim(d));
      double sum = 0;
      for (int t = 0; t < taps[d].count(); t++) {
        double weight = taps[d].weight(at, t);
        if (weight != 0) {
          long next = offset + taps[d].index(at, t) * strides[d];
          sum += weight * sum(x, d - 1, rest / p.output().dim(d), next);
        }
      }
      return sum;
    }
  }
}

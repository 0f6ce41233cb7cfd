package dev.pith.kernels.pool;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.conv.TapIndex;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link PoolProblem} in double precision: the oracle. */
public final class ReferencePool implements ReferenceKernel<PoolProblem> {

  @Override
  public HostProgram prepare(PoolProblem problem, PrepareContext context) {
    PoolGeometry g = problem.geometry();
    Body body = new Body(problem, g.cells(), problem.countPadding() ? g.paddedCells() : g.cells());
    return new ElementwiseProgram(g.planes() * g.outputPixels(), 256, body);
  }

  private record Body(PoolProblem problem, TapIndex cells, TapIndex counted)
      implements ElementwiseProgram.Body {

    @Override
    public void run(Arguments a, long from, long to) {
      long inputs = problem.geometry().inputPixels();
      long outputs = problem.geometry().outputPixels();
      for (long i = from; i < to; i++) {
        long plane = i / outputs;
        if (problem.function() == PoolFunction.MAX) {
          max(a, i, plane, i % outputs);
        } else {
          double y = sum(a.inputValues(0), plane * inputs, i % outputs);
          Elements.setDouble(problem.dtype(), a.outputValues(0), i, y);
        }
      }
    }

    private double sum(MemorySegment x, long base, long pixel) {
      boolean average = problem.function() == PoolFunction.AVERAGE;
      double sum = 0;
      long count = 0;
      for (long tap = 0; tap < problem.geometry().taps(); tap++) {
        long at = cells.inputPixel(pixel, tap);
        if (at >= 0) {
          double value = Elements.getDouble(problem.dtype(), x, base + at);
          sum += average ? value : Math.pow(Math.abs(value), problem.p());
        }
        count += counted.inputPixel(pixel, tap) >= 0 ? 1 : 0;
      }
      if (average) {
        return count == 0 ? 0 : sum / count;
      }
      return Math.pow(sum, 1.0 / problem.p());
    }

    private void max(Arguments a, long i, long plane, long pixel) {
      long base = plane * problem.geometry().inputPixels();
      double best = lowest(problem.dtype());
      long where = -1;
      for (long tap = 0; tap < problem.geometry().taps(); tap++) {
        long at = cells.inputPixel(pixel, tap);
        if (at >= 0) {
          double value = Elements.getDouble(problem.dtype(), a.inputValues(0), base + at);
          if (where < 0 || value > best || Double.isNaN(value) && !Double.isNaN(best)) {
            best = value;
            where = at;
          }
        }
      }
      Elements.setDouble(problem.dtype(), a.outputValues(0), i, best);
      if (problem.indices()) {
        a.outputValues(1).set(Elements.I64, i * 8, where < 0 ? -1 : base + order(where));
      }
    }

    /** The pixel's number with the first spatial axis fastest, if so asked. */
    private long order(long pixel) {
      if (!problem.columnMajor()) {
        return pixel;
      }
      long number = 0;
      long rest = pixel;
      long size = problem.geometry().inputPixels();
      for (int d = problem.geometry().axes() - 1; d >= 0; d--) {
        long extent = problem.geometry().input().get(d);
        size /= extent;
        number += rest % extent * size;
        rest /= extent;
      }
      return number;
    }

    private static double lowest(DType type) {
      return switch (type) {
        case I8 -> Byte.MIN_VALUE;
        case U8 -> 0;
        default -> Double.NEGATIVE_INFINITY;
      };
    }
  }
}

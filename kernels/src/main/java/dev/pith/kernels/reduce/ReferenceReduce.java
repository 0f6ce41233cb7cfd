package dev.pith.kernels.reduce;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link ReduceProblem}, double or long arithmetic: the oracle. */
public final class ReferenceReduce implements ReferenceKernel<ReduceProblem> {

  @Override
  public HostProgram prepare(ReduceProblem problem, PrepareContext context) {
    return new ElementwiseProgram(problem.outputs(), 16, new Body(problem));
  }

  private static final class Body implements ElementwiseProgram.Body {

    private final ReduceProblem problem;
    private final boolean[] reduced;
    private final long[] dims;
    private final long[] strides;

    Body(ReduceProblem problem) {
      this.problem = problem;
      this.dims = problem.shape().dims();
      this.strides = problem.shape().strides();
      this.reduced = new boolean[dims.length];
      problem.axes().forEach(axis -> reduced[axis] = true);
    }

    /** Offset of combination {@code number} of the coordinates along reduced or other axes. */
    private long offset(long number, boolean along) {
      long at = 0;
      for (int d = dims.length - 1; d >= 0; d--) {
        if (reduced[d] == along) {
          at += number % dims[d] * strides[d];
          number /= dims[d];
        }
      }
      return at;
    }

    @Override
    public void run(Arguments a, long from, long to) {
      DType type = problem.dtype();
      MemorySegment x = a.inputValues(0);
      for (long i = from; i < to; i++) {
        if (type.isFloat()) {
          Elements.setDouble(type, a.outputValues(0), i, reals(x, offset(i, false)));
        } else {
          Elements.setLong(type, a.outputValues(0), i, integers(x, offset(i, false)));
        }
      }
    }

    private double reals(MemorySegment x, long base) {
      ReduceFunction f = problem.function();
      long count = problem.reduced();
      double shift = f == ReduceFunction.LOG_SUM_EXP ? largest(x, base) : 0;
      double y =
          switch (f) {
            case PROD -> 1;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
            default -> 0;
          };
      for (long j = 0; j < count; j++) {
        double v = Elements.getDouble(problem.dtype(), x, base + offset(j, true));
        y =
            switch (f) {
              case SUM, MEAN, LOG_SUM -> y + v;
              case MAX -> Math.max(y, v);
              case MIN -> Math.min(y, v);
              case PROD -> y * v;
              case L1 -> y + Math.abs(v);
              case L2, SUM_SQUARE -> y + v * v;
              case LOG_SUM_EXP -> y + Math.exp(v - shift);
            };
      }
      return switch (f) {
        case MEAN -> y / count;
        case L2 -> Math.sqrt(y);
        case LOG_SUM -> Math.log(y);
        case LOG_SUM_EXP -> Math.log(y) + shift;
        default -> y;
      };
    }

    /** The largest of the elements, or 0 where it is infinite or there is none. */
    private double largest(MemorySegment x, long base) {
      double best = Double.NEGATIVE_INFINITY;
      for (long j = 0; j < problem.reduced(); j++) {
        best = Math.max(best, Elements.getDouble(problem.dtype(), x, base + offset(j, true)));
      }
      return Double.isInfinite(best) ? 0 : best;
    }

    private long integers(MemorySegment x, long base) {
      ReduceFunction f = problem.function();
      long count = problem.reduced();
      long y = start(f, problem.dtype());
      for (long j = 0; j < count; j++) {
        long v = Elements.getLong(problem.dtype(), x, base + offset(j, true));
        y =
            switch (f) {
              case SUM, MEAN, LOG_SUM -> y + v;
              case MAX -> less(y, v) ? v : y;
              case MIN -> less(v, y) ? v : y;
              case PROD -> y * v;
              case L1 -> y + (problem.dtype().isUnsigned() ? v : Math.abs(v));
              case L2, SUM_SQUARE -> y + v * v;
              case LOG_SUM_EXP ->
                  throw new IllegalStateException("the sum of exponentials is no integer");
            };
      }
      return switch (f) {
        case MEAN -> y / count;
        case L2 -> (long) Math.sqrt((double) y);
        case LOG_SUM -> (long) Math.log((double) y);
        default -> y;
      };
    }

    private boolean less(long a, long b) {
      return problem.dtype() == DType.U64 ? Long.compareUnsigned(a, b) < 0 : a < b;
    }

    private static long start(ReduceFunction f, DType type) {
      boolean unsigned = type.isUnsigned() || type == DType.BOOL;
      int bits = type == DType.BOOL ? 1 : type.bits();
      return switch (f) {
        case PROD -> 1;
        case MAX -> unsigned ? 0 : -1L << bits - 1;
        case MIN -> unsigned ? -1L >>> 64 - bits : ~(-1L << bits - 1);
        default -> 0;
      };
    }
  }
}

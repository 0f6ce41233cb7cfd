package dev.pith.kernels.resample;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link GridSampleProblem} in double precision: the oracle. */
public final class ReferenceGridSample implements ReferenceKernel<GridSampleProblem> {

  private static final double CUBIC = -0.75;

  @Override
  public HostProgram prepare(GridSampleProblem p, PrepareContext context) {
    long count = p.batch() * p.channels() * p.outputPixels();
    return new ElementwiseProgram(count, 256, new Body(p));
  }

  private record Body(GridSampleProblem p) implements ElementwiseProgram.Body {

    @Override
    public void run(Arguments a, long from, long to) {
      int axes = p.input().size();
      double[] point = new double[axes];
      for (long i = from; i < to; i++) {
        long plane = i / p.outputPixels();
        long at = (plane / p.channels() * p.outputPixels() + i % p.outputPixels()) * axes;
        for (int d = 0; d < axes; d++) {
          double g = Elements.getDouble(p.dtype(), a.inputValues(1), at + axes - 1 - d);
          point[d] = place(g, d);
        }
        double y = sum(a.inputValues(0), plane * p.inputPixels(), point, 0, 0);
        Elements.setDouble(p.dtype(), a.outputValues(0), i, y);
      }
    }

    /** The coordinate in pixels, brought inside as far as the padding asks for. */
    private double place(double g, int d) {
      long n = p.input().get(d);
      double at = p.alignCorners() ? (g + 1) / 2 * (n - 1) : ((g + 1) * n - 1) / 2;
      at = p.interpolation() == Interpolation.NEAREST ? Math.rint(at) : at;
      double low = p.alignCorners() ? 0 : -0.5;
      double high = p.alignCorners() ? n - 1 : n - 0.5;
      if (at < low || at > high) {
        at =
            switch (p.padding()) {
              case ZEROS -> at;
              case BORDER -> Math.min(Math.max(at, 0), n - 1.0);
              case REFLECTION -> reflect(at, low, high);
            };
      }
      return at;
    }

    private static double reflect(double at, double low, double high) {
      double range = high - low;
      if (range <= 0) {
        return low;
      }
      double distance = at < low ? low - at : at - high;
      long turns = (long) (distance / range);
      double rest = distance - turns * range;
      boolean fromLow = at < low == (turns % 2 == 0);
      return fromLow ? low + rest : high - rest;
    }

    /** Index of pixel {@code at} of axis {@code d}, or −1 where it has no value. */
    private long pixel(long at, int d) {
      long n = p.input().get(d);
      if (at >= 0 && at < n) {
        return at;
      }
      return switch (p.padding()) {
        case ZEROS -> -1;
        case BORDER -> at < 0 ? 0 : n - 1;
        case REFLECTION -> {
          double low = p.alignCorners() ? 0 : -0.5;
          double high = p.alignCorners() ? n - 1 : n - 0.5;
          yield Math.min(Math.max((long) reflect((double) at, low, high), 0), n - 1);
        }
      };
    }

    /** The interpolation over axes {@code d} and up; {@code offset} counts the pixels before. */
    private double sum(MemorySegment x, long base, double[] point, int d, long offset) {
      if (d == point.length) {
        return Elements.getDouble(p.dtype(), x, base + offset);
      }
      boolean nearest = p.interpolation() == Interpolation.NEAREST;
      boolean cubic = p.interpolation() == Interpolation.CUBIC;
      long floor = (long) Math.floor(point[d]);
      double fraction = point[d] - floor;
      double sum = 0;
      for (long at = cubic ? floor - 1 : floor; at <= (cubic ? floor + 2 : floor + 1); at++) {
        double distance = Math.abs(at - floor - fraction);
        double weight = nearest ? (at == floor ? 1 : 0) : cubic ? cubic(distance) : 1 - distance;
        long pixel = pixel(at, d);
        if (pixel >= 0 && weight != 0) {
          sum += weight * sum(x, base, point, d + 1, offset * p.input().get(d) + pixel);
        }
      }
      return sum;
    }

    private static double cubic(double d) {
      if (d <= 1) {
        return ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1;
      }
      return d < 2 ? ((CUBIC * d - 5 * CUBIC) * d + 8 * CUBIC) * d - 4 * CUBIC : 0;
    }
  }
}

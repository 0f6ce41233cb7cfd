package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link DeformConvProblem} in double precision: the oracle. */
public final class ReferenceDeformConv implements ReferenceKernel<DeformConvProblem> {

  @Override
  public HostProgram prepare(DeformConvProblem p, PrepareContext context) {
    return new ElementwiseProgram(
        p.geometry().batch() * p.geometry().outputChannels() * p.geometry().outputPixels(),
        32,
        (a, from, to) -> run(p, a, from, to));
  }

  private static void run(DeformConvProblem p, Arguments a, long from, long to) {
    ConvGeometry g = p.geometry();
    for (long i = from; i < to; i++) {
      long channel = i / g.outputPixels() % g.outputChannels();
      double sum = p.bias() ? Elements.getDouble(p.dtype(), a.inputValues(3), channel) : 0;
      long n = i / g.outputPixels() / g.outputChannels();
      for (long tap = 0; tap < g.taps(); tap++) {
        sum += tap(p, a, n, channel, i % g.outputPixels(), tap);
      }
      Elements.setDouble(p.dtype(), a.outputValues(0), i, sum);
    }
  }

  private static double tap(
      DeformConvProblem p, Arguments a, long n, long channel, long pixel, long tap) {
    ConvGeometry g = p.geometry();
    long width = g.output(1);
    long perGroup = g.inputChannels() / g.groups();
    long first = channel / (g.outputChannels() / g.groups()) * perGroup;
    double sum = 0;
    for (long c = 0; c < perGroup; c++) {
      long part = (first + c) / (g.inputChannels() / p.offsetGroups());
      long place = ((n * p.offsetGroups() + part) * g.taps() + tap) * g.outputPixels() + pixel;
      long down = ((n * p.offsetGroups() + part) * g.taps() + tap) * 2 * g.outputPixels() + pixel;
      double y =
          pixel / width * g.strides().get(0)
              - g.padsBegin().get(0)
              + tap / g.kernel().get(1) * g.dilations().get(0)
              + Elements.getDouble(p.dtype(), a.inputValues(2), down);
      double x =
          pixel % width * g.strides().get(1)
              - g.padsBegin().get(1)
              + tap % g.kernel().get(1) * g.dilations().get(1)
              + Elements.getDouble(p.dtype(), a.inputValues(2), down + g.outputPixels());
      double value = sample(p, a.inputValues(0), n * g.inputChannels() + first + c, y, x);
      value *= p.mask() ? Elements.getDouble(p.dtype(), a.inputValues(4), place) : 1;
      long w = (channel * perGroup + c) * g.taps() + tap;
      sum += value * Elements.getDouble(p.dtype(), a.inputValues(1), w);
    }
    return sum;
  }

  /** Linear interpolation; zero outside. */
  private static double sample(
      DeformConvProblem p, MemorySegment x, long plane, double row, double column) {
    long height = p.geometry().input().get(0);
    long width = p.geometry().input().get(1);
    double sum = 0;
    for (long y = (long) Math.floor(row); y <= Math.floor(row) + 1; y++) {
      for (long z = (long) Math.floor(column); z <= Math.floor(column) + 1; z++) {
        if (y >= 0 && y < height && z >= 0 && z < width) {
          double weight = (1 - Math.abs(row - y)) * (1 - Math.abs(column - z));
          long at = (plane * height + y) * width + z;
          sum += weight * Elements.getDouble(p.dtype(), x, at);
        }
      }
    }
    return sum;
  }
}

package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over {@link ConvTransposeProblem} in double precision: the oracle. */
public final class ReferenceConvTranspose implements ReferenceKernel<ConvTransposeProblem> {

  @Override
  public HostProgram prepare(ConvTransposeProblem p, PrepareContext context) {
    return new ElementwiseProgram(p.outputs(), 64, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(ConvTransposeProblem p, Arguments a, long from, long to) {
    TapIndex taps = TapIndex.of(p.forward());
    ConvGeometry g = p.forward();
    long pixels = g.inputPixels();
    for (long i = from; i < to; i++) {
      long channel = i / pixels % g.inputChannels();
      double sum = p.bias() ? Elements.getDouble(p.dtype(), a.inputValues(2), channel) : 0;
      sum += sum(p, a, taps, i / pixels / g.inputChannels(), channel, i % pixels);
      Elements.setDouble(p.dtype(), a.outputValues(0), i, sum);
    }
  }

  /** The products of one output pixel: each tap that a pixel of x spreads here. */
  private static double sum(
      ConvTransposeProblem p, Arguments a, TapIndex taps, long n, long channel, long pixel) {
    ConvGeometry g = p.forward();
    long perGroup = g.inputChannels() / g.groups();
    long sources = g.outputChannels() / g.groups();
    long group = channel / perGroup;
    double sum = 0;
    for (long tap = 0; tap < g.taps(); tap++) {
      long source = taps.outputPixel(pixel, tap);
      for (long c = group * sources; c < (group + 1) * sources && source >= 0; c++) {
        long x = (n * g.outputChannels() + c) * g.outputPixels() + source;
        long w = (c * perGroup + channel % perGroup) * g.taps() + tap;
        sum +=
            Elements.getDouble(p.dtype(), a.inputValues(0), x)
                * Elements.getDouble(p.dtype(), a.inputValues(1), w);
      }
    }
    return sum;
  }
}

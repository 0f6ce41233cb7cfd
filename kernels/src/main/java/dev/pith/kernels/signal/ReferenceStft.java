package dev.pith.kernels.signal;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** {@link StftProblem} by its definition in double precision: the oracle. */
public final class ReferenceStft implements ReferenceKernel<StftProblem> {

  @Override
  public HostProgram prepare(StftProblem p, PrepareContext context) {
    return new ElementwiseProgram(
        p.batch() * p.frames() * p.bins(), 16, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(StftProblem p, Arguments a, long from, long to) {
    for (long i = from; i < to; i++) {
      long bin = i % p.bins();
      long frame = i / p.bins() % p.frames();
      long base = i / p.bins() / p.frames() * p.length() + frame * p.step();
      double real = 0;
      double imaginary = 0;
      for (long t = 0; t < p.frameLength(); t++) {
        double weight = p.window() ? Elements.getDouble(p.dtype(), a.inputValues(2), t) : 1;
        long at = (base + t) * p.components();
        double re = weight * Elements.getDouble(p.dtype(), a.inputValues(0), at);
        boolean complex = p.components() == 2;
        double im = complex ? weight * Elements.getDouble(p.dtype(), a.inputValues(0), at + 1) : 0;
        double angle = -2 * Math.PI * (bin * t % p.frameLength()) / p.frameLength();
        real += re * Math.cos(angle) - im * Math.sin(angle);
        imaginary += re * Math.sin(angle) + im * Math.cos(angle);
      }
      Elements.setDouble(p.dtype(), a.outputValues(0), 2 * i, real);
      Elements.setDouble(p.dtype(), a.outputValues(0), 2 * i + 1, imaginary);
    }
  }
}

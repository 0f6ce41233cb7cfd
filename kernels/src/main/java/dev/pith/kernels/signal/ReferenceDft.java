package dev.pith.kernels.signal;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** {@link DftProblem} by its definition in double precision: the oracle. */
public final class ReferenceDft implements ReferenceKernel<DftProblem> {

  @Override
  public HostProgram prepare(DftProblem p, PrepareContext context) {
    return new ElementwiseProgram(
        p.outer() * p.bins() * p.inner(), 16, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(DftProblem p, Arguments a, long from, long to) {
    for (long i = from; i < to; i++) {
      long inner = i % p.inner();
      long bin = i / p.inner() % p.bins();
      long outer = i / p.inner() / p.bins();
      double real = 0;
      double imaginary = 0;
      for (long t = 0; t < p.terms(); t++) {
        // The upper half of a one-sided spectrum mirrors the lower.
        boolean mirrored = t >= p.given() && p.mirrored();
        long source = mirrored ? p.length() - t : t;
        if (source < p.given()) {
          long at = ((outer * p.given() + source) * p.inner() + inner) * p.components();
          double re = Elements.getDouble(p.dtype(), a.inputValues(0), at);
          boolean complex = p.components() == 2;
          double im = complex ? Elements.getDouble(p.dtype(), a.inputValues(0), at + 1) : 0;
          im = mirrored ? -im : im;
          double angle = 2 * Math.PI * (bin * t % p.length()) / p.length();
          double cos = Math.cos(angle);
          double sin = p.inverse() ? Math.sin(angle) : -Math.sin(angle);
          real += re * cos - im * sin;
          imaginary += re * sin + im * cos;
        }
      }
      double factor = p.inverse() ? 1.0 / p.length() : 1;
      long to0 = i * (p.realOutput() ? 1 : 2);
      Elements.setDouble(p.dtype(), a.outputValues(0), to0, real * factor);
      if (!p.realOutput()) {
        Elements.setDouble(p.dtype(), a.outputValues(0), to0 + 1, imaginary * factor);
      }
    }
  }
}

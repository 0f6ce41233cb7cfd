package dev.pith.kernels.attention;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;

/** Plain loop over the heads of {@link RotaryProblem} in double precision: the oracle. */
public final class ReferenceRotary implements ReferenceKernel<RotaryProblem> {

  @Override
  public HostProgram prepare(RotaryProblem p, PrepareContext context) {
    return new ElementwiseProgram(
        p.batch() * p.heads() * p.length(), 16, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(RotaryProblem p, Arguments a, long from, long to) {
    for (long vector = from; vector < to; vector++) {
      long position = p.packed() ? vector / p.heads() % p.length() : vector % p.length();
      long n = vector / (p.heads() * p.length());
      long row = n * p.length() + position;
      if (p.positions()) {
        row = a.inputValues(3).get(Elements.I64, row * 8);
        if (row < 0 || row >= p.rows()) {
          throw new IllegalArgumentException(
              "position " + row + " is outside the " + p.rows() + " of the cache");
        }
      }
      rotate(p, a, vector * p.size(), row * (p.rotated() / 2));
    }
  }

  private static void rotate(RotaryProblem p, Arguments args, long at, long angle) {
    long half = p.rotated() / 2;
    for (long i = 0; i < half; i++) {
      long first = at + (p.interleaved() ? 2 * i : i);
      long second = first + (p.interleaved() ? 1 : half);
      double a = Elements.getDouble(p.dtype(), args.inputValues(0), first);
      double b = Elements.getDouble(p.dtype(), args.inputValues(0), second);
      double cos = Elements.getDouble(p.dtype(), args.inputValues(1), angle + i);
      double sin = Elements.getDouble(p.dtype(), args.inputValues(2), angle + i);
      Elements.setDouble(p.dtype(), args.outputValues(0), first, a * cos - b * sin);
      Elements.setDouble(p.dtype(), args.outputValues(0), second, a * sin + b * cos);
    }
    for (long i = at + 2 * half; i < at + p.size(); i++) {
      double value = Elements.getDouble(p.dtype(), args.inputValues(0), i);
      Elements.setDouble(p.dtype(), args.outputValues(0), i, value);
    }
  }
}

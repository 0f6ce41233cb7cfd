package dev.pith.kernels.search;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link ArgReduceProblem}: the oracle. */
public final class ReferenceArgReduce implements ReferenceKernel<ArgReduceProblem> {

  @Override
  public HostProgram prepare(ArgReduceProblem p, PrepareContext context) {
    return new ElementwiseProgram(p.outer() * p.inner(), 16, (a, from, to) -> run(p, a, from, to));
  }

  private static void run(ArgReduceProblem p, Arguments a, long from, long to) {
    MemorySegment x = a.inputValues(0);
    for (long i = from; i < to; i++) {
      long base = i / p.inner() * p.n() * p.inner() + i % p.inner();
      long best = 0;
      for (long j = 1; j < p.n(); j++) {
        int order =
            ElementOrder.compare(p.dtype(), x, base + j * p.inner(), base + best * p.inner());
        order = p.largest() ? order : -order;
        if (order > 0 || order == 0 && p.last()) {
          best = j;
        }
      }
      a.outputValues(0).set(Elements.I64, i * 8, best);
    }
  }
}

package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link QLookupProblem}: the oracle. */
public final class ReferenceQLookup implements ReferenceKernel<QLookupProblem> {

  @Override
  public HostProgram prepare(QLookupProblem problem, PrepareContext context) {
    return new ElementwiseProgram(
        problem.shape().elementCount(),
        (a, from, to) -> {
          MemorySegment x = a.inputValues(0);
          MemorySegment table = a.inputValues(1);
          MemorySegment y = a.outputValues(0);
          for (long i = from; i < to; i++) {
            y.set(JAVA_BYTE, i, table.get(JAVA_BYTE, x.get(JAVA_BYTE, i) & 255));
          }
        });
  }
}

package dev.pith.kernels.quantized;

import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link DequantizeProblem}: the oracle. */
public final class ReferenceDequantize implements ReferenceKernel<DequantizeProblem> {

  @Override
  public HostProgram prepare(DequantizeProblem problem, PrepareContext context) {
    return new ElementwiseProgram(problem.shape().elementCount(), body(problem));
  }

  /** The loop over elements. */
  static ElementwiseProgram.Body body(DequantizeProblem problem) {
    return (a, from, to) -> {
      MemorySegment x = a.inputValues(0);
      MemorySegment y = a.outputValues(0);
      for (long i = from; i < to; i++) {
        long q = Elements.getLong(problem.input(), x, i) - problem.zeroPoint();
        y.set(Elements.F32, i * 4, (float) q * problem.scale());
      }
    };
  }
}

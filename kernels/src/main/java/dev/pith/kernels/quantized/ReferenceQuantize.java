package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link QuantizeProblem}: the oracle. */
public final class ReferenceQuantize implements ReferenceKernel<QuantizeProblem> {

  @Override
  public HostProgram prepare(QuantizeProblem problem, PrepareContext context) {
    return new ElementwiseProgram(problem.shape().elementCount(), body(problem));
  }

  /** The loop over elements. */
  static ElementwiseProgram.Body body(QuantizeProblem problem) {
    return (a, from, to) -> {
      MemorySegment x = a.inputValues(0);
      MemorySegment y = a.outputValues(0);
      for (long i = from; i < to; i++) {
        float ratio = x.get(Elements.F32, i * 4) / problem.scale();
        int q = Requantized.round(ratio, problem.zeroPoint(), problem.low(), problem.high());
        y.set(JAVA_BYTE, i, (byte) q);
      }
    };
  }
}

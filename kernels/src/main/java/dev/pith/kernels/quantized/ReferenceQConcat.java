package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Plain loop over {@link QConcatProblem}: the oracle. One work item is one position of the axes
 * before the joined one.
 */
public final class ReferenceQConcat implements ReferenceKernel<QConcatProblem> {

  @Override
  public HostProgram prepare(QConcatProblem problem, PrepareContext context) {
    return new Run(problem, problem.inputs().get(0).elementCount(0, problem.axis()));
  }

  private record Run(QConcatProblem problem, long outer) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, outer);
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment y = a.outputValues(0);
      for (long item = from; item < Math.min(to, outer); item++) {
        long out = item * problem.output().elementCount(problem.axis(), problem.output().rank());
        for (int i = 0; i < problem.inputs().size(); i++) {
          Shape shape = problem.inputs().get(i);
          long run = shape.elementCount(problem.axis(), shape.rank());
          int zero = problem.zeroPoints().get(i);
          float ratio = problem.ratios().get(i);
          for (long e = 0; e < run; e++) {
            int x = a.inputValues(i).get(JAVA_BYTE, item * run + e) & 255;
            int q = Requantized.round((x - zero) * ratio, problem.zeroPoint(), 0, 255);
            y.set(JAVA_BYTE, out++, (byte) q);
          }
        }
      }
    }
  }
}

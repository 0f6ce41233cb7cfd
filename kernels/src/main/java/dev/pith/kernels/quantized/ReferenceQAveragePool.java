package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import java.lang.foreign.MemorySegment;

/**
 * Plain loop over {@link QAveragePoolProblem}: the oracle. One work item is one channel of one
 * image.
 */
public final class ReferenceQAveragePool implements ReferenceKernel<QAveragePoolProblem> {

  @Override
  public HostProgram prepare(QAveragePoolProblem problem, PrepareContext context) {
    return new Run(problem, new WindowIndex(problem));
  }

  private record Run(QAveragePoolProblem problem, WindowIndex index) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, problem.batch() * problem.channels());
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      long end = Math.min(to, problem.batch() * problem.channels());
      for (long item = from; item < end; item++) {
        for (long p = 0; p < problem.outputPixels(); p++) {
          int y = index.average(a.inputValues(0), item * problem.inputPixels(), p);
          a.outputValues(0).set(JAVA_BYTE, item * problem.outputPixels() + p, (byte) y);
        }
      }
    }
  }
}

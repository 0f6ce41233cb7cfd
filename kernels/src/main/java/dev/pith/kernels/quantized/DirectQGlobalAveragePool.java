package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import java.lang.foreign.MemorySegment;

/**
 * {@link QAveragePoolProblem} with one window that is the whole input: bytes of a plane are summed
 * where they lie. A work item is one channel of one image.
 */
public final class DirectQGlobalAveragePool implements HostKernel<QAveragePoolProblem> {

  @Override
  public Support supports(QAveragePoolProblem problem, Target target) {
    if (!target.isCpu()) {
      return Support.no("the target is %s, not a CPU", target.kind());
    }
    return problem.isGlobal()
        ? Support.YES
        : Support.no("a window of %s is not the whole input %s", problem.kernel(), problem.input());
  }

  @Override
  public HostProgram prepare(QAveragePoolProblem problem, PrepareContext context) {
    return new Run(problem, new WindowIndex(problem), (int) problem.inputPixels());
  }

  private record Run(QAveragePoolProblem problem, WindowIndex index, int pixels)
      implements HostProgram {

    private long planes() {
      return problem.batch() * problem.channels();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, planes());
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment x = a.inputValues(0);
      for (long plane = from; plane < Math.min(to, planes()); plane++) {
        int sum = -pixels * problem.inputZeroPoint();
        for (int i = 0; i < pixels; i++) {
          sum += x.get(JAVA_BYTE, plane * pixels + i) & 255;
        }
        a.outputValues(0).set(JAVA_BYTE, plane, (byte) index.store(sum, pixels));
      }
    }
  }
}

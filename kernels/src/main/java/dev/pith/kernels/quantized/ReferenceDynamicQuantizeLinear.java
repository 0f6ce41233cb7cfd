package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Plain loop over {@link DynamicQuantizeLinearProblem}: the oracle. The first phase finds the range
 * of each chunk, the second joins them, the third quantizes.
 */
public final class ReferenceDynamicQuantizeLinear
    implements ReferenceKernel<DynamicQuantizeLinearProblem> {

  @Override
  public HostProgram prepare(DynamicQuantizeLinearProblem problem, PrepareContext context) {
    return new Run(problem.shape().elementCount());
  }

  private record Run(long count) implements HostProgram {

    private static final long CHUNK = ElementwiseProgram.CHUNK;

    @Override
    public int phases() {
      return 3;
    }

    @Override
    public long workItems(int phase) {
      return phase == 1 ? 1 : chunks();
    }

    private long chunks() {
      return Math.max(1, (count + CHUNK - 1) / CHUNK);
    }

    @Override
    public long sharedBytes() {
      return chunks() * 8;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      switch (phase) {
        case 0 -> ranges(a.inputValues(0), shared, from, to);
        case 1 -> join(a, shared);
        default -> {
          float scale = a.outputValues(1).get(Elements.F32, 0);
          int zero = a.outputValues(2).get(JAVA_BYTE, 0) & 255;
          long first = from * CHUNK;
          long end = Math.min(count, to * CHUNK);
          DynamicRange.quantize(
              a.inputValues(0), first, end, scale, zero, a.outputValues(0), first);
        }
      }
    }

    private void ranges(MemorySegment x, MemorySegment shared, long from, long to) {
      for (long chunk = from; chunk < to; chunk++) {
        long end = Math.min(count, (chunk + 1) * CHUNK);
        shared.set(Elements.F32, chunk * 8, DynamicRange.min(x, chunk * CHUNK, end));
        shared.set(Elements.F32, chunk * 8 + 4, DynamicRange.max(x, chunk * CHUNK, end));
      }
    }

    private void join(Arguments a, MemorySegment shared) {
      float min = 0;
      float max = 0;
      for (long chunk = 0; chunk < chunks(); chunk++) {
        min = Math.min(min, shared.get(Elements.F32, chunk * 8));
        max = Math.max(max, shared.get(Elements.F32, chunk * 8 + 4));
      }
      float scale = DynamicRange.scale(min, max);
      a.outputValues(1).set(Elements.F32, 0, scale);
      a.outputValues(2).set(JAVA_BYTE, 0, (byte) DynamicRange.zeroPoint(min, scale));
    }
  }
}
